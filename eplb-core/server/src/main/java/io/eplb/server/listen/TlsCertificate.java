package io.eplb.server.listen;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The certificate that the service shows, with its private key, both from PEM files. */
public final class TlsCertificate {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----(.*?)-----END", Pattern.DOTALL);
  private static final char[] NO_PASSWORD = {};

  private final SSLContext context;

  private TlsCertificate(SSLContext context) {
    this.context = context;
  }

  /**
   * Reads a certificate and its key.
   *
   * @param certificate a PEM file of X.509 certificates: the service's own, then the chain that
   *     signs it
   * @param key a PEM file with an unencrypted PKCS#8 key ({@code BEGIN PRIVATE KEY})
   * @throws InvalidInputException if a file cannot be read, is no PEM, or if the two do not belong
   *     together
   */
  public static TlsCertificate read(Path certificate, Path key) {
    Certificate[] chain = PemFile.certificates(certificate);
    PrivateKey privateKey = privateKey(key, chain[0].getPublicKey().getAlgorithm());
    if (!belongTogether(chain[0].getPublicKey(), privateKey)) {
      throw new InvalidInputException(
          "%s: the key does not belong to the certificate %s".formatted(key, certificate));
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("eplb", privateKey, NO_PASSWORD, chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return new TlsCertificate(context);
    } catch (GeneralSecurityException | IOException broken) {
      throw new InternalException("TLS cannot be set up with " + certificate, broken);
    }
  }

  /** Returns the context that answers TLS handshakes with the certificate. */
  public SSLContext context() {
    return context;
  }

  private static PrivateKey privateKey(Path file, String algorithm) {
    Matcher key = KEY.matcher(new String(PemFile.bytes(file), StandardCharsets.US_ASCII));
    if (!key.find()) {
      throw new InvalidInputException(
          "%s: holds no private key; expected PEM, BEGIN PRIVATE KEY".formatted(file));
    }
    if (!key.group(1).isEmpty()) {
      throw new InvalidInputException(
          "%s: holds a key of the form BEGIN %sPRIVATE KEY; expected BEGIN PRIVATE KEY, as openssl pkcs8 -topk8 -nocrypt writes it"
              .formatted(file, key.group(1)));
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(
              new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(2).strip())));
    } catch (InvalidKeySpecException | IllegalArgumentException malformed) {
      throw new InvalidInputException(
          "%s: holds no %s key, which the certificate asks for".formatted(file, algorithm),
          malformed);
    } catch (GeneralSecurityException unknown) {
      throw new InvalidInputException(
          "%s: the certificate's %s keys are not supported; use RSA, EC or Ed25519"
              .formatted(file, algorithm),
          unknown);
    }
  }

  private static boolean belongTogether(PublicKey shown, PrivateKey held) {
    String algorithm =
        switch (shown.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> shown.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(held);
      byte[] proof = signature.sign();
      signature.initVerify(shown);
      return signature.verify(proof);
    } catch (GeneralSecurityException different) {
      return false;
    }
  }
}
