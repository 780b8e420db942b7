package io.eplb.server.listen;

import io.eplb.api.InternalException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates that a client trusts, from a PEM file. */
public final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * Reads certificates.
   *
   * @param file a PEM file of X.509 certificates: those that sign the servers', or the servers' own
   * @return a context that trusts them and nobody else
   * @throws io.eplb.api.InvalidInputException if the file cannot be read, or holds no certificate
   */
  public static SSLContext read(Path file) {
    Certificate[] certificates = PemFile.certificates(file);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int index = 0; index < certificates.length; index++) {
        store.setCertificateEntry("eplb-" + index, certificates[index]);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException broken) {
      throw new InternalException("TLS cannot be set up with " + file, broken);
    }
  }
}
