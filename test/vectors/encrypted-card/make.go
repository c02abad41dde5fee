//go:build ignore

// Makes encrypted cards with go-jose v4.1.9, one a line for make.py, to the public key given:
//
//	go mod init vectors && go get github.com/go-jose/go-jose/v4@v4.1.9
//	go run make.go '{"kty":"EC","crv":"P-256","x":"…","y":"…"}' > go.txt
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var key jose.JSONWebKey
	check(json.Unmarshal([]byte(os.Args[1]), &key))
	recipient := jose.Recipient{Algorithm: jose.ECDH_ES, Key: key.Key, KeyID: "ck_vectorsvectorsve"}
	for _, card := range [][2]string{{"4242424242424242", "123"}, {"378282246310005", "1234"}} {
		number, cvc := card[0], card[1]
		digest := sha256.Sum256([]byte("go-jose " + number))
		claims, err := json.Marshal(map[string]any{
			"number": number, "exp_month": 12, "exp_year": 2030, "cvc": cvc,
			"aud": "pk_test_vvvvvvvvvvvvvvvvvvvvvvvvvv", "iat": 1790000000,
			"jti": base64.RawURLEncoding.EncodeToString(digest[:16]),
		})
		check(err)
		encrypter, err := jose.NewEncrypter(jose.A256GCM, recipient, nil)
		check(err)
		sealed, err := encrypter.Encrypt(claims)
		check(err)
		compact, err := sealed.CompactSerialize()
		check(err)
		fmt.Printf("go-jose v4.1.9 (Go)\t%s\t%s\n", compact, number[len(number)-4:])
	}
}
