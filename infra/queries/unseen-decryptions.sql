-- Leaves out decryptions of the last twenty minutes, because CloudTrail may still deliver them.
SELECT unseen.reason_kind, unseen.reason_id, unseen.purpose, unseen.merchant, unseen.record, unseen.request_id, unseen.at_ms
FROM unseen
CROSS JOIN (SELECT min(at_seconds) AS first_seconds, max(at_seconds) AS last_seconds FROM calls) AS seen
WHERE unseen.at_ms / 1000.0 BETWEEN seen.first_seconds AND seen.last_seconds - 1200
ORDER BY unseen.at_ms, unseen.request_id
