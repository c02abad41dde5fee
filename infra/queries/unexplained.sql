SELECT eventtime, eventid, requestid, why, caller, sourceipaddress, purpose, merchant, record
FROM explained
WHERE explanation = 'unexplained'
ORDER BY eventtime, eventid
