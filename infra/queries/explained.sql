-- Each decryption of card data in the period with its explanation, by the rules of `fuda evidence` (audit/reasons/order.ts,
-- audit/reasons/reconcile.ts): by AWS request id, else by the context of interrupted work, and either only where
-- CloudTrail shows the steps of one run in their order.
records AS (
  -- CloudTrail delivers at least once; copies of a record are equal.
  SELECT DISTINCT
    eventid,
    requestid,
    eventsource,
    eventname,
    eventtime,
    errorcode,
    useridentity.arn AS arn,
    coalesce(useridentity.sessioncontext.sessionissuer.username, useridentity.username, useridentity.arn) AS caller,
    awsregion,
    sourceipaddress,
    requestparameters,
    TRY(resources[1].arn) AS key_arn,
    to_unixtime(from_iso8601_timestamp(eventtime)) AS at_seconds
  FROM cloudtrail
  WHERE day BETWEEN ? AND ? AND eventsource IN ('kms.amazonaws.com', 'dynamodb.amazonaws.com')
),
calls AS (
  SELECT
    records.*,
    json_extract_scalar(requestparameters, '$.encryptionContext.purpose') AS purpose,
    json_extract_scalar(requestparameters, '$.encryptionContext.merchant') AS merchant,
    json_extract_scalar(requestparameters, '$.encryptionContext.record') AS record
  FROM records
  WHERE eventsource = 'kms.amazonaws.com'
),
-- Keys that were used for cards at least once; their policies allow no other use.
card_keys AS (
  SELECT DISTINCT key_arn FROM calls WHERE purpose IN ('pan', 'cvc') AND key_arn IS NOT NULL
),
decryptions AS (
  SELECT calls.*
  FROM calls
  JOIN card_keys ON card_keys.key_arn = calls.key_arn
  WHERE eventname = 'Decrypt' AND errorcode IS NULL
),
-- Successful writes on an entry of the ledger or on a token, and the attributes that their expressions name.
writes AS (
  SELECT
    arn,
    awsregion,
    at_seconds,
    eventname,
    json_extract_scalar(requestparameters, '$.key.entry_id') AS entry_id,
    json_extract_scalar(requestparameters, '$.key.token_hash') AS token_hash,
    coalesce(json_extract_scalar(requestparameters, '$.updateExpression'), '') AS expression
  FROM records
  WHERE eventsource = 'dynamodb.amazonaws.com' AND eventname IN ('PutItem', 'UpdateItem') AND errorcode IS NULL
),
steps AS (
  SELECT arn, awsregion, at_seconds, entry_id AS subject, 'put' AS kind FROM writes WHERE eventname = 'PutItem'
  UNION ALL
  SELECT arn, awsregion, at_seconds, entry_id, 'note' FROM writes
  WHERE eventname = 'UpdateItem' AND regexp_like(expression, '\bdecryptions\b')
  UNION ALL
  SELECT arn, awsregion, at_seconds, entry_id, 'end' FROM writes
  WHERE eventname = 'UpdateItem' AND regexp_like(expression, '\bstatus\b')
  UNION ALL
  SELECT arn, awsregion, at_seconds, token_hash, 'spend' FROM writes
  WHERE eventname = 'UpdateItem' AND regexp_like(expression, '\bspent_by\b')
),
-- By request id. A recorded decryption explains one in the trail, and only of the card it was recorded for.
claims AS (
  SELECT
    decryptions.*,
    recorded.reason_id AS claimed_id,
    recorded.request_id IS NOT NULL AS has_claim,
    coalesce(recorded.purpose = decryptions.purpose, FALSE) AS fits,
    row_number() OVER (
      PARTITION BY decryptions.requestid, decryptions.merchant, decryptions.record, recorded.purpose = decryptions.purpose
      ORDER BY decryptions.at_seconds, decryptions.eventid
    ) AS use_number
  FROM decryptions
  LEFT JOIN recorded_decryptions AS recorded
    ON recorded.request_id = decryptions.requestid
    AND recorded.merchant = decryptions.merchant
    AND recorded.record = decryptions.record
),
-- Recorded decryptions that the trail does not show.
unseen AS (
  SELECT recorded.*
  FROM recorded_decryptions AS recorded
  LEFT JOIN claims ON claims.requestid = recorded.request_id AND claims.fits
  WHERE recorded.request_id IS NOT NULL AND claims.requestid IS NULL
),
reasons AS (
  SELECT
    reason_kind,
    reason_id,
    merchant,
    record,
    purpose,
    openers,
    region,
    min(created_at_ms) AS created_at_ms,
    sum(lost_responses) AS lost_responses,
    sum(lost_if_told) AS lost_if_told
  FROM recorded_decryptions
  GROUP BY reason_kind, reason_id, merchant, record, purpose, openers, region
),
-- Each decryption beside each reason that its context fits, with the last steps before it by the same role and session.
begun AS (
  SELECT
    claims.eventid,
    claims.requestid,
    claims.arn,
    claims.awsregion,
    claims.at_seconds,
    reasons.reason_kind,
    reasons.reason_id,
    reasons.record,
    reasons.created_at_ms,
    reasons.lost_responses,
    reasons.lost_if_told,
    claims.arn LIKE '%:assumed-role/%'
      AND strpos(reasons.openers, concat(' ', split_part(claims.arn, ':', 5), '/', split_part(claims.arn, '/', 2), ' ')) > 0
      AND claims.awsregion = reasons.region AS is_opener,
    max(CASE WHEN steps.kind = 'put' THEN steps.at_seconds END) AS put_at,
    max(CASE WHEN steps.kind = 'spend' THEN steps.at_seconds END) AS spent_at
  FROM claims
  JOIN reasons
    ON reasons.merchant = claims.merchant AND reasons.record = claims.record AND reasons.purpose = claims.purpose
  LEFT JOIN steps
    ON (steps.subject = reasons.reason_id OR steps.subject = reasons.record)
    AND steps.arn = claims.arn
    AND steps.awsregion = claims.awsregion
    AND steps.at_seconds BETWEEN claims.at_seconds - 61 AND claims.at_seconds
  GROUP BY
    claims.eventid, claims.requestid, claims.arn, claims.awsregion, claims.at_seconds, reasons.reason_kind,
    reasons.reason_id, reasons.record, reasons.created_at_ms, reasons.lost_responses, reasons.lost_if_told,
    reasons.openers, reasons.region
),
-- And what came after: whether the entry had ended, what the run told, and when it noted a decryption.
ordered AS (
  SELECT
    begun.eventid,
    begun.requestid,
    begun.reason_kind,
    begun.reason_id,
    begun.created_at_ms,
    CASE
      WHEN NOT begun.is_opener THEN 'other_role'
      WHEN begun.put_at IS NULL THEN 'not_put'
      WHEN begun.record NOT LIKE 'card!_%' ESCAPE '!' AND begun.spent_at IS NULL THEN 'not_spent'
      WHEN count_if(steps.kind = 'end' AND steps.at_seconds < begun.at_seconds) > 0 THEN 'entry_over'
    END AS before,
    count_if(
      steps.kind = 'note'
      AND steps.arn = begun.arn
      AND steps.awsregion = begun.awsregion
      AND steps.at_seconds BETWEEN begun.at_seconds AND begun.at_seconds + 61
    ) > 0 AS is_noted,
    CASE
      WHEN count_if(
        steps.kind IN ('note', 'end')
        AND steps.arn = begun.arn
        AND steps.awsregion = begun.awsregion
        AND steps.at_seconds BETWEEN begun.put_at AND begun.put_at + 61
      ) > 0 THEN begun.lost_if_told
      ELSE begun.lost_responses
    END AS lost_responses
  FROM begun
  LEFT JOIN steps ON steps.subject = begun.reason_id
  GROUP BY
    begun.eventid, begun.requestid, begun.arn, begun.awsregion, begun.at_seconds, begun.reason_kind, begun.reason_id,
    begun.record, begun.created_at_ms, begun.lost_responses, begun.lost_if_told, begun.is_opener, begun.put_at,
    begun.spent_at
),
-- By context: the reasons of which nothing before the decryption is at fault.
near AS (
  SELECT
    eventid,
    requestid,
    sum(lost_responses) AS lost_responses,
    min(CASE WHEN lost_responses > 0 THEN reason_kind END) AS reason_kind,
    min(CASE WHEN lost_responses > 0 THEN reason_id END) AS reason_id
  FROM ordered
  WHERE before IS NULL
  GROUP BY eventid, requestid
),
-- Where there is none: the fault of the youngest reason.
faults AS (
  SELECT
    eventid,
    requestid,
    before,
    row_number() OVER (PARTITION BY eventid, requestid ORDER BY created_at_ms DESC, reason_id DESC) AS place
  FROM ordered
),
-- An upper bound on the decryptions, up to this one, that compete for the same lost responses.
waiting AS (
  SELECT claims.*
  FROM claims
  JOIN near ON near.eventid = claims.eventid AND near.requestid = claims.requestid
  WHERE NOT claims.has_claim
),
ranked AS (
  SELECT this.eventid, this.requestid, count(*) AS rank
  FROM waiting AS this
  JOIN waiting AS other
    ON other.merchant = this.merchant
    AND other.record = this.record
    AND other.purpose = this.purpose
    AND other.at_seconds BETWEEN this.at_seconds - 122 AND this.at_seconds
    AND (other.at_seconds < this.at_seconds OR other.eventid <= this.eventid)
  GROUP BY this.eventid, this.requestid
),
judged AS (
  SELECT
    claims.*,
    ordered.before AS claim_before,
    coalesce(ordered.is_noted, FALSE) AS is_noted,
    ordered.reason_kind AS claimed_kind,
    near.lost_responses,
    near.reason_kind AS near_kind,
    near.reason_id AS near_id,
    faults.before AS fault,
    coalesce(near.lost_responses >= ranked.rank AND near.lost_responses > 0, FALSE) AS is_interrupted
  FROM claims
  LEFT JOIN ordered
    ON ordered.eventid = claims.eventid AND ordered.requestid = claims.requestid AND ordered.reason_id = claims.claimed_id
  LEFT JOIN near ON near.eventid = claims.eventid AND near.requestid = claims.requestid
  LEFT JOIN faults ON faults.eventid = claims.eventid AND faults.requestid = claims.requestid AND faults.place = 1
  LEFT JOIN ranked ON ranked.eventid = claims.eventid AND ranked.requestid = claims.requestid
),
explained AS (
  SELECT
    eventid,
    requestid,
    eventtime,
    caller,
    sourceipaddress,
    purpose,
    merchant,
    record,
    CASE
      WHEN fits AND use_number = 1 AND claim_before IS NULL AND is_noted THEN 'proven'
      WHEN fits AND use_number = 1 THEN 'claimed'
      WHEN NOT has_claim AND is_interrupted THEN 'interrupted'
      ELSE 'unexplained'
    END AS explanation,
    CASE
      WHEN fits AND use_number = 1 AND claim_before IS NULL AND is_noted THEN NULL
      WHEN fits AND use_number = 1 THEN coalesce(claim_before, 'not_noted')
      WHEN fits THEN 'request_id_reused'
      WHEN has_claim THEN 'context_differs'
      WHEN is_interrupted THEN NULL
      WHEN requestid IN (SELECT request_id FROM unseen) THEN 'context_differs'
      WHEN lost_responses IS NULL THEN coalesce(fault, 'no_record')
      WHEN lost_responses = 0 THEN 'already_decrypted'
      ELSE 'already_interrupted'
    END AS why,
    CASE WHEN fits AND use_number = 1 THEN claimed_kind WHEN NOT has_claim AND is_interrupted THEN near_kind END
      AS reason_kind,
    CASE WHEN fits AND use_number = 1 THEN claimed_id WHEN NOT has_claim AND is_interrupted THEN near_id END
      AS reason_id
  FROM judged
)
