package io.eplb.server.listen;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;

/** A file of certificates or of a key in text form. */
final class PemFile {
  private static final int LARGEST_FILE = 1 << 20;

  private PemFile() {}

  /**
   * Reads X.509 certificates, one at least.
   *
   * @throws InvalidInputException if the file cannot be read, or holds none
   */
  static Certificate[] certificates(Path file) {
    try {
      Collection<? extends Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes(file)));
      if (!chain.isEmpty()) {
        return chain.toArray(Certificate[]::new);
      }
    } catch (CertificateException malformed) {
      throw new InvalidInputException(
          "%s: holds no certificate that can be read; expected PEM, BEGIN CERTIFICATE"
              .formatted(file),
          malformed);
    }
    throw new InvalidInputException(
        "%s: holds no certificate; expected PEM, BEGIN CERTIFICATE".formatted(file));
  }

  /** Reads the bytes of a file that is not too large. */
  static byte[] bytes(Path file) {
    return InputSource.of(file).bytes(LARGEST_FILE);
  }
}
