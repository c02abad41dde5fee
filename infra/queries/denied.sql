-- Calls on keys, tables, the trail and its bucket that AWS refused for lack of permission.
SELECT DISTINCT
  eventtime,
  eventid,
  eventsource,
  eventname,
  errorcode,
  coalesce(useridentity.sessioncontext.sessionissuer.username, useridentity.username, useridentity.arn) AS caller,
  sourceipaddress,
  TRY(resources[1].arn) AS resource_arn
FROM cloudtrail
WHERE day BETWEEN ? AND ?
  AND errorcode LIKE 'AccessDenied%'
  AND eventsource IN (
    'kms.amazonaws.com', 'dynamodb.amazonaws.com', 's3.amazonaws.com', 'cloudtrail.amazonaws.com', 'athena.amazonaws.com'
  )
ORDER BY eventtime, eventid
