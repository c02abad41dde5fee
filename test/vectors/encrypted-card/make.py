"""Makes the encrypted cards and proofs of work of vectors.json: cards by JOSE libraries other than the vault's own, and
broken ones by hand.

    python3 -m venv v && v/bin/pip install jwcrypto==1.6.1 joserfc==1.8.0 cryptography==50.0.2
    v/bin/python make.py go.txt nimbus.txt > vectors.json        # what make.go and Make.java printed

Every run makes other ephemeral keys, so other texts; a test opens those that are committed. The capture key is for tests
alone and is printed in docs/reference/encrypted-card.md, so that whoever writes an app can try their own code on it.
"""
import base64
import hashlib
import json
import os
import struct
import sys
import zlib

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwe as joserfc_jwe
from joserfc.jwk import ECKey
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jwk as jwcrypto_jwk

KID = "ck_vectorsvectorsve"
AUD = "pk_test_" + "v" * 26
IAT = 1790000000
SCALAR = int.from_bytes(hashlib.sha256(b"fuda encrypted-card vectors").digest(), "big")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def coordinates(public: ec.EllipticCurvePublicKey, length: int = 32) -> dict:
    numbers = public.public_numbers()
    return {"x": b64(numbers.x.to_bytes(length, "big")), "y": b64(numbers.y.to_bytes(length, "big"))}


PRIVATE = ec.derive_private_key(SCALAR, ec.SECP256R1())
PUBLIC_JWK = {"kty": "EC", "crv": "P-256", **coordinates(PRIVATE.public_key())}
PRIVATE_JWK = {**PUBLIC_JWK, "d": b64(SCALAR.to_bytes(32, "big"))}
HEADER = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": KID}


def claims(number: str = "4242424242424242", cvc: str = "123", **more) -> str:
    jti = b64(hashlib.sha256(f"{number} {cvc} {more} {claims.count}".encode()).digest()[:16])
    claims.count += 1
    card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": cvc, "aud": AUD, "iat": IAT, "jti": jti}
    return json.dumps({**card, **more}, ensure_ascii=False)


claims.count = 0


def by_jwcrypto(header: dict, plaintext: str) -> str:
    token = jwcrypto_jwe.JWE(plaintext.encode(), json.dumps(header), algs=[header["alg"], header["enc"]])
    token.add_recipient(jwcrypto_jwk.JWK(**PUBLIC_JWK))
    return token.serialize(compact=True)


def by_joserfc(header: dict, plaintext: str) -> str:
    registry = joserfc_jwe.JWERegistry(algorithms=[header["alg"], header["enc"]], strict_check_header=False)
    return joserfc_jwe.encrypt_compact(dict(header), plaintext, ECKey.import_key(PUBLIC_JWK), registry=registry)


def by_hand(header: dict, plaintext: str, *, epk: dict | None = None, key=None, cut_tag=0, encrypted_key=b"") -> str:
    """ECDH-ES as RFC 7518 4.6 has it, with whatever a test wants wrong."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    shared = ephemeral.exchange(ec.ECDH(), PRIVATE.public_key())
    parts = [b"A256GCM", b"", b""]
    info = b"".join(struct.pack(">I", len(part)) + part for part in parts) + struct.pack(">I", 256)
    cek = key or hashlib.sha256(struct.pack(">I", 1) + shared + info).digest()
    whole = {**header, "epk": epk or {"kty": "EC", "crv": "P-256", **coordinates(ephemeral.public_key())}}
    protected = b64(json.dumps(whole).encode())
    iv = os.urandom(12)
    sealed = AESGCM(cek).encrypt(iv, plaintext.encode(), protected.encode())
    ciphertext, tag = sealed[:-16], sealed[-16:]
    return ".".join([protected, b64(encrypted_key), b64(iv), b64(ciphertext), b64(tag[: 16 - cut_tag])])


def other_curve() -> dict:
    public = ec.generate_private_key(ec.SECP384R1()).public_key()
    return {"kty": "EC", "crv": "P-384", **coordinates(public, 48)}


def off_the_curve() -> dict:
    """A point that is on no curve the key is on: the start of an invalid-curve attack."""
    good = coordinates(ec.generate_private_key(ec.SECP256R1()).public_key())
    y = bytearray(base64.urlsafe_b64decode(good["y"] + "="))
    y[-1] ^= 1
    return {"kty": "EC", "crv": "P-256", "x": good["x"], "y": b64(bytes(y))}


def zipped(plaintext: str) -> str:
    deflate = zlib.compressobj(wbits=-15)
    small = deflate.compress(plaintext.encode()) + deflate.flush()
    return by_hand({**HEADER, "zip": "DEF"}, small.decode("latin1"))


def proof(jwe: str, bits: int) -> str:
    """The smallest number whose hash with the JWE's own begins with so many zero bits."""
    challenge = b64(hashlib.sha256(jwe.encode()).digest())
    number = 0
    while int.from_bytes(hashlib.sha256(f"{challenge}.{number}".encode()).digest(), "big") >> (256 - bits):
        number += 1
    return str(number)


AMEX, JCB = "378282246310005", "3566002020360505"
opening = [
    ("jwcrypto 1.6.1 (Python)", by_jwcrypto(HEADER, claims()), "4242"),
    ("jwcrypto 1.6.1, with apu and apv", by_jwcrypto({**HEADER, "apu": b64(b"Tea app"), "apv": b64(b"Vault")}, claims()), "4242"),
    ("joserfc 1.8.0 (Python)", by_joserfc(HEADER, claims(AMEX, "1234")), "0005"),
    ("joserfc 1.8.0, a header of its own beside", by_joserfc({**HEADER, "typ": "JWE", "cty": "json"}, claims()), "4242"),
    ("by hand, from the RFCs, a name in Japanese", by_hand(HEADER, claims(JCB, name="山田 花子")), "0505"),
    *[(made_by, text, last4) for made_by, text, last4 in (line.split("\t") for path in sys.argv[1:] for line in open(path).read().splitlines())],
]
refused = [
    ("key wrapping instead of direct agreement", by_jwcrypto({**HEADER, "alg": "ECDH-ES+A256KW"}, claims()), "jwe_malformed"),
    ("a shorter content key", by_jwcrypto({**HEADER, "enc": "A128GCM"}, claims()), "jwe_malformed"),
    ("CBC with HMAC", by_jwcrypto({**HEADER, "enc": "A256CBC-HS512"}, claims()), "jwe_malformed"),
    ("compressed contents", zipped(claims()), "jwe_malformed"),
    ("a critical header", by_hand({**HEADER, "crit": ["exp"], "exp": IAT}, claims()), "jwe_malformed"),
    ("a key of another name", by_hand({**HEADER, "kid": "ck_" + "z" * 16}, claims()), "jwe_key_unknown"),
    ("an ephemeral key on P-384", by_hand(HEADER, claims(), epk=other_curve()), "jwe_undecryptable"),
    ("an ephemeral point that is not on the curve", by_hand(HEADER, claims(), epk=off_the_curve()), "jwe_undecryptable"),
    ("an ephemeral key that is none", by_hand(HEADER, claims(), epk={"kty": "EC", "crv": "P-256"}), "jwe_undecryptable"),
    ("an ephemeral key of a symmetric kind", by_hand(HEADER, claims(), epk={"kty": "oct", "k": "AAAA"}), "jwe_undecryptable"),
    ("a content key of zeros", by_hand(HEADER, claims(), key=bytes(32)), "jwe_undecryptable"),
    ("an encrypted key where there is none", by_hand(HEADER, claims(), encrypted_key=bytes(40)), "jwe_undecryptable"),
    ("a tag cut to twelve bytes", by_hand(HEADER, claims(), cut_tag=4), "jwe_undecryptable"),
    ("no claims", by_hand(HEADER, "[]"), "invalid_field"),
    ("a time before the others", by_hand(HEADER, claims(iat=IAT - 301)), "jwe_stale"),
    ("another audience", by_hand(HEADER, claims(aud="pk_test_" + "w" * 26)), "jwe_audience"),
]
json.dump(
    {
        "source": "test/vectors/encrypted-card/make.py, make.go and Make.java: jwcrypto 1.6.1, joserfc 1.8.0, go-jose v4.1.9, Nimbus JOSE+JWT 10.5, and the steps of RFC 7516, RFC 7518 4.6 and NIST SP 800-56A with cryptography 50.0.2",
        "kid": KID,
        "aud": AUD,
        "iat": IAT,
        "private_jwk": PRIVATE_JWK,
        "opening": [{"made_by": made_by, "jwe": text, "last4": last4} for made_by, text, last4 in opening],
        "proofs": [{"jwe": opening[0][1], "bits": bits, "proof": proof(opening[0][1], bits)} for bits in (1, 8, 12, 15)],
        "refused": [{"with": what, "jwe": text, "code": code} for what, text, code in refused],
    },
    sys.stdout,
    indent=2,
    ensure_ascii=False,
)
print()
