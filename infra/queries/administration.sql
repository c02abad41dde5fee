-- Management of keys, tables, the trail and permissions, by caller.
SELECT
  eventsource,
  eventname,
  coalesce(useridentity.sessioncontext.sessionissuer.username, useridentity.username, useridentity.arn) AS caller,
  count(DISTINCT eventid) AS calls,
  count(DISTINCT CASE WHEN errorcode IS NOT NULL THEN eventid END) AS failed,
  min(eventtime) AS first_time,
  max(eventtime) AS last_time
FROM cloudtrail
WHERE day BETWEEN ? AND ?
  AND readonly = 'false'
  AND (
    eventsource IN ('kms.amazonaws.com', 'cloudtrail.amazonaws.com', 'iam.amazonaws.com', 'lambda.amazonaws.com')
    OR (eventsource IN ('dynamodb.amazonaws.com', 's3.amazonaws.com') AND eventname NOT LIKE '%Item' AND eventname <> 'PutObject')
  )
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
