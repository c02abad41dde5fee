-- Re-encryptions of card numbers that the writes around them do not explain, by the rules of `fuda evidence`
-- (audit/reasons/moves.ts), and those of interrupted work. Of a move in the first or last minute of the period, a
-- write may lie outside it.
WITH
calls AS (
  -- CloudTrail delivers at least once; copies of a record are equal.
  SELECT DISTINCT
    eventid,
    requestid,
    eventsource,
    eventname,
    eventtime,
    errorcode,
    useridentity.arn AS caller_arn,
    sourceipaddress,
    requestparameters,
    TRY(resources[1].arn) AS key_arn,
    TRY(resources[2].arn) AS destination_key_arn,
    json_extract_scalar(requestparameters, '$.key.token_hash') AS token_hash,
    json_extract_scalar(requestparameters, '$.key.card_id') AS card_id,
    json_extract_scalar(requestparameters, '$.updateExpression') AS expression,
    to_unixtime(from_iso8601_timestamp(eventtime)) AS at_seconds
  FROM cloudtrail
  WHERE day BETWEEN ? AND ?
    AND eventname IN ('Encrypt', 'ReEncrypt', 'PutItem', 'UpdateItem')
    AND eventsource IN ('kms.amazonaws.com', 'dynamodb.amazonaws.com')
),
-- Only the newest card-number key encrypts, so the last encryption under each tells their order.
pan_keys AS (
  SELECT key_arn, max(at_seconds) AS last_seconds
  FROM calls
  WHERE eventname = 'Encrypt' AND errorcode IS NULL AND json_extract_scalar(requestparameters, '$.encryptionContext.purpose') = 'pan'
  GROUP BY key_arn
),
spends AS (
  SELECT token_hash, caller_arn, at_seconds
  FROM calls
  WHERE eventname = 'UpdateItem' AND errorcode IS NULL AND token_hash IS NOT NULL
    AND (expression IS NULL OR (expression LIKE '%spent_by = %' AND expression LIKE '%REMOVE%pan_ct%'))
),
card_writes AS (
  SELECT card_id, caller_arn, eventname, at_seconds, eventid, errorcode IS NULL AS is_done
  FROM calls
  WHERE card_id IS NOT NULL AND (errorcode IS NULL OR errorcode = 'ConditionalCheckFailedException')
    AND (
      (eventname = 'UpdateItem' AND (expression IS NULL OR expression LIKE '%pan_ct = %'))
      OR (eventname = 'PutItem' AND (requestparameters LIKE '%"pan_ct"%' OR requestparameters NOT LIKE '%"item"%'))
    )
),
moves AS (
  SELECT
    eventid,
    requestid,
    eventtime,
    at_seconds,
    calls.caller_arn,
    sourceipaddress,
    json_extract_scalar(requestparameters, '$.sourceEncryptionContext.merchant') AS merchant,
    json_extract_scalar(requestparameters, '$.sourceEncryptionContext.record') AS record,
    json_extract_scalar(requestparameters, '$.destinationEncryptionContext.merchant') AS to_merchant,
    json_extract_scalar(requestparameters, '$.destinationEncryptionContext.record') AS to_record,
    calls.key_arn,
    destination_key_arn,
    coalesce(source.last_seconds, 0) AS source_seconds,
    destination.last_seconds AS destination_seconds
  FROM calls
  LEFT JOIN pan_keys AS source ON source.key_arn = calls.key_arn
  LEFT JOIN pan_keys AS destination ON destination.key_arn = calls.destination_key_arn
  WHERE eventname = 'ReEncrypt' AND errorcode IS NULL
),
written AS (
  SELECT
    moves.eventid,
    moves.requestid,
    min_by(card_writes.eventid, card_writes.at_seconds) FILTER (WHERE card_writes.is_done) AS write_id,
    max(CASE WHEN NOT card_writes.is_done THEN 1 ELSE 0 END) AS was_refused
  FROM moves
  JOIN card_writes
    ON card_writes.card_id = moves.to_record
    AND card_writes.caller_arn = moves.caller_arn
    AND card_writes.at_seconds BETWEEN moves.at_seconds AND moves.at_seconds + 60
    AND card_writes.eventname = CASE WHEN substr(moves.record, 1, 5) = 'card_' THEN 'UpdateItem' ELSE 'PutItem' END
  GROUP BY moves.eventid, moves.requestid
),
spent AS (
  SELECT DISTINCT moves.eventid, moves.requestid
  FROM moves
  JOIN spends
    ON spends.token_hash = moves.record
    AND spends.caller_arn = moves.caller_arn
    AND spends.at_seconds BETWEEN moves.at_seconds - 60 AND moves.at_seconds
),
cards_of AS (
  SELECT record, count(DISTINCT to_record) AS cards FROM moves GROUP BY record
),
-- What the call itself shows, then what the writes around it show.
judged AS (
  SELECT
    moves.*,
    written.write_id,
    coalesce(substr(moves.record, 1, 5) = 'card_', FALSE) AS is_card,
    coalesce(written.was_refused, 0) = 1 AS was_refused,
    CASE
      WHEN moves.destination_seconds IS NULL OR moves.destination_seconds < moves.source_seconds THEN 'key_outside_vault'
      WHEN moves.merchant IS NULL OR coalesce(moves.to_merchant, '') <> moves.merchant THEN 'merchant_differs'
      WHEN coalesce(substr(moves.to_record, 1, 5), '') <> 'card_' THEN 'not_a_card'
      WHEN substr(moves.record, 1, 5) = 'card_' THEN
        CASE WHEN moves.key_arn = moves.destination_key_arn OR moves.record <> moves.to_record THEN 'not_a_token' END
      WHEN spent.eventid IS NULL THEN 'token_not_spent'
      WHEN cards_of.cards > 1 THEN 'several_cards'
    END AS fault
  FROM moves
  LEFT JOIN written ON written.eventid = moves.eventid AND written.requestid = moves.requestid
  LEFT JOIN spent ON spent.eventid = moves.eventid AND spent.requestid = moves.requestid
  LEFT JOIN cards_of ON cards_of.record = moves.record
),
ranked AS (
  SELECT
    judged.*,
    max(CASE WHEN is_card AND write_id IS NOT NULL THEN at_seconds END) OVER (PARTITION BY to_record) AS last_moved_seconds,
    row_number() OVER (
      PARTITION BY to_record, fault, coalesce(write_id, record) ORDER BY at_seconds, eventid
    ) AS use_number
  FROM judged
),
explained AS (
  SELECT
    ranked.*,
    CASE
      WHEN fault IS NOT NULL THEN fault
      WHEN write_id IS NULL AND is_card AND NOT was_refused AND at_seconds > coalesce(last_moved_seconds, 0)
        THEN 'card_not_written'
      -- One write stands for one call and its repetitions by the SDK.
      WHEN use_number > 3 THEN 'too_often'
    END AS why
  FROM ranked
)
SELECT
  eventtime,
  eventid,
  requestid,
  CASE WHEN why IS NULL THEN 'interrupted' ELSE 'unexplained' END AS explanation,
  why,
  caller_arn,
  sourceipaddress,
  merchant,
  record,
  to_record,
  key_arn,
  destination_key_arn
FROM explained
WHERE why IS NOT NULL OR write_id IS NULL
ORDER BY eventtime, eventid
