package io.eplb.server.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsCertificateTest {
  @TempDir Path folder = Path.of(".");

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec"})
  void aCertificateWithItsKeyIsRead(String kind) {
    TlsCertificate read =
        TlsCertificate.read(PemFiles.file(kind + ".pem"), PemFiles.file(kind + "-key.pem"));
    assertEquals("TLS", read.context().getProtocol());
  }

  @ParameterizedTest
  @CsvSource({
    "rsa.pem, rsa-key-pkcs1.pem, of the form BEGIN RSA PRIVATE KEY; expected BEGIN PRIVATE KEY",
    "rsa.pem, rsa-key-encrypted.pem, of the form BEGIN ENCRYPTED PRIVATE KEY; expected",
    "rsa.pem, ec-key.pem, 'holds no RSA key, which the certificate asks for'",
    "rsa.pem, rsa.pem, 'holds no private key; expected PEM, BEGIN PRIVATE KEY'",
    "rsa-key.pem, rsa-key.pem, no certificate",
  })
  void theRefusalSaysWhichFileIsWrong(String certificate, String key, String message) {
    assertRefused(PemFiles.file(certificate), PemFiles.file(key), message);
  }

  @Test
  void theKeyOfAnotherCertificateIsRefused() throws IOException {
    String other =
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
        OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
        1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
        -----END PRIVATE KEY-----
        """;
    Path key = Files.writeString(folder.resolve("other.pem"), other);
    assertRefused(PemFiles.file("ec.pem"), key, "the key does not belong to the certificate");
  }

  @Test
  void aMissingOrBrokenFileIsNamed() throws IOException {
    Path missing = folder.resolve("missing.pem");
    assertRefused(
        missing, PemFiles.file("rsa-key.pem"), "missing.pem: cannot be read: no such file");
    Path broken =
        Files.write(
            folder.resolve("broken.pem"),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
                .getBytes(StandardCharsets.US_ASCII));
    assertRefused(broken, PemFiles.file("rsa-key.pem"), "broken.pem: holds no certificate");
  }

  private static void assertRefused(Path certificate, Path key, String message) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> TlsCertificate.read(certificate, key));
    assertTrue(String.valueOf(refusal.getMessage()).contains(message), refusal.getMessage());
  }
}
