-- Each decryption of card data in the period with its explanation, by the rules of `fuda evidence`
-- (audit/reasons/reconcile.ts): by AWS request id, else by the context of interrupted work, else none.
calls AS (
  -- CloudTrail delivers at least once; copies of a record are equal.
  SELECT DISTINCT
    eventid,
    requestid,
    eventname,
    eventtime,
    errorcode,
    coalesce(useridentity.sessioncontext.sessionissuer.username, useridentity.username, useridentity.arn) AS caller,
    sourceipaddress,
    TRY(resources[1].arn) AS key_arn,
    json_extract_scalar(requestparameters, '$.encryptionContext.purpose') AS purpose,
    json_extract_scalar(requestparameters, '$.encryptionContext.merchant') AS merchant,
    json_extract_scalar(requestparameters, '$.encryptionContext.record') AS record,
    to_unixtime(from_iso8601_timestamp(eventtime)) AS at_seconds
  FROM cloudtrail
  WHERE day BETWEEN ? AND ? AND eventsource = 'kms.amazonaws.com'
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
-- By request id. A recorded decryption explains one in the trail, and only of the card it was recorded for.
claimed AS (
  SELECT
    decryptions.*,
    recorded.reason_kind,
    recorded.reason_id,
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
  LEFT JOIN claimed ON claimed.requestid = recorded.request_id AND claimed.fits
  WHERE recorded.request_id IS NOT NULL AND claimed.requestid IS NULL
),
-- By context: work on the same card, begun at most a quarter of an hour before, that lost a response of KMS.
near AS (
  SELECT
    claimed.eventid,
    claimed.requestid,
    count(*) AS near_count,
    sum(recorded.lost_responses) AS lost_responses,
    min(CASE WHEN recorded.lost_responses > 0 THEN recorded.reason_kind END) AS reason_kind,
    min(CASE WHEN recorded.lost_responses > 0 THEN recorded.reason_id END) AS reason_id
  FROM claimed
  JOIN recorded_decryptions AS recorded
    ON recorded.merchant = claimed.merchant
    AND recorded.record = claimed.record
    AND recorded.purpose = claimed.purpose
    AND claimed.at_seconds BETWEEN recorded.created_at_ms / 1000.0 - 60 AND recorded.created_at_ms / 1000.0 + 900
  WHERE NOT claimed.has_claim
  GROUP BY claimed.eventid, claimed.requestid
),
-- An upper bound on the decryptions, up to this one, that compete for the same lost responses.
waiting AS (
  SELECT claimed.*
  FROM claimed
  JOIN near ON near.eventid = claimed.eventid AND near.requestid = claimed.requestid
),
ranked AS (
  SELECT this.eventid, this.requestid, count(*) AS rank
  FROM waiting AS this
  JOIN waiting AS other
    ON other.merchant = this.merchant
    AND other.record = this.record
    AND other.purpose = this.purpose
    AND other.at_seconds BETWEEN this.at_seconds - 960 AND this.at_seconds
    AND (other.at_seconds < this.at_seconds OR other.eventid <= this.eventid)
  GROUP BY this.eventid, this.requestid
),
explained AS (
  SELECT
    claimed.eventid,
    claimed.requestid,
    claimed.eventtime,
    claimed.caller,
    claimed.sourceipaddress,
    claimed.purpose,
    claimed.merchant,
    claimed.record,
    CASE
      WHEN claimed.fits AND claimed.use_number = 1 THEN 'matched'
      WHEN NOT claimed.has_claim AND near.lost_responses >= ranked.rank AND near.lost_responses > 0 THEN 'interrupted'
      ELSE 'unexplained'
    END AS explanation,
    CASE
      WHEN claimed.fits AND claimed.use_number = 1 THEN NULL
      WHEN claimed.fits THEN 'request_id_reused'
      WHEN claimed.has_claim THEN 'context_differs'
      WHEN near.lost_responses >= ranked.rank AND near.lost_responses > 0 THEN NULL
      WHEN claimed.requestid IN (SELECT request_id FROM unseen) THEN 'context_differs'
      WHEN near.near_count IS NULL THEN 'no_record'
      WHEN near.lost_responses = 0 THEN 'already_decrypted'
      ELSE 'already_interrupted'
    END AS why,
    coalesce(claimed.reason_kind, near.reason_kind) AS reason_kind,
    coalesce(claimed.reason_id, near.reason_id) AS reason_id
  FROM claimed
  LEFT JOIN near ON near.eventid = claimed.eventid AND near.requestid = claimed.requestid
  LEFT JOIN ranked ON ranked.eventid = claimed.eventid AND ranked.requestid = claimed.requestid
)
