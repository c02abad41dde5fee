import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Makes encrypted cards with Nimbus JOSE+JWT 10.5, which apps for Android use, one a line for make.py, to the public key
 * given. With its jar in lib/:
 *
 *   java -cp 'lib/*' Make.java '{"kty":"EC","crv":"P-256","x":"…","y":"…"}' > nimbus.txt
 */
class Make {
  public static void main(String[] args) throws Exception {
    ECKey key = ECKey.parse(args[0]);
    for (String[] card : new String[][] {{"4242424242424242", "123"}, {"378282246310005", "1234"}}) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(("nimbus " + card[0]).getBytes("UTF-8"));
      String claims = String.format(
          "{\"number\":\"%s\",\"exp_month\":12,\"exp_year\":2030,\"cvc\":\"%s\",\"aud\":\"pk_test_%s\",\"iat\":1790000000,\"jti\":\"%s\"}",
          card[0], card[1], "v".repeat(26), Base64URL.encode(Arrays.copyOf(digest, 16)));
      JWEHeader header = new JWEHeader.Builder(JWEAlgorithm.ECDH_ES, EncryptionMethod.A256GCM)
          .keyID("ck_vectorsvectorsve")
          .build();
      JWEObject jwe = new JWEObject(header, new Payload(claims));
      jwe.encrypt(new ECDHEncrypter(key));
      System.out.printf("Nimbus JOSE+JWT 10.5 (Java)\t%s\t%s%n", jwe.serialize(), card[0].substring(card[0].length() - 4));
    }
  }
}
