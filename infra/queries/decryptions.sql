SELECT
  substr(eventtime, 1, 10) AS day,
  merchant,
  caller,
  purpose,
  count_if(explanation = 'proven') AS proven,
  count_if(explanation = 'interrupted') AS interrupted,
  count_if(explanation = 'claimed') AS claimed,
  count_if(explanation = 'unexplained') AS unexplained
FROM explained
GROUP BY substr(eventtime, 1, 10), merchant, caller, purpose
ORDER BY 1, 2, 3, 4
