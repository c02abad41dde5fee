-- Calls that can blind the audit, widen access to cards or copy them. `fuda evidence` also reads their parameters and
-- leaves out harmless ones; this query lists all of them for review.
SELECT
  substr(eventtime, 1, 10) AS day,
  eventsource,
  eventname,
  coalesce(useridentity.sessioncontext.sessionissuer.username, useridentity.username, useridentity.arn) AS caller,
  count(DISTINCT eventid) AS calls,
  min(eventid) AS example_eventid
FROM cloudtrail
WHERE day BETWEEN ? AND ?
  AND concat(eventsource, ':', regexp_replace(eventname, '{{version}}', '')) IN (
    {{watched}}
  )
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
