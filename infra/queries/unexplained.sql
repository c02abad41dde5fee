SELECT eventtime, eventid, requestid, explanation, why, caller, sourceipaddress, purpose, merchant, record
FROM explained
WHERE explanation IN ('claimed', 'unexplained')
ORDER BY eventtime, eventid
