package io.eplb.core.registry;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;

/**
 * Opens entries of a jar without the JDK's cache of open jars. The cache would keep the file open
 * after the class loader is closed.
 */
final class UncachedUrls extends URLStreamHandler {
  private static final UncachedUrls HANDLER = new UncachedUrls();

  private UncachedUrls() {}

  /** Returns the same address; it opens without the cache. */
  static URL of(URL url) {
    try {
      return new URL(null, url.toExternalForm(), HANDLER);
    } catch (MalformedURLException impossible) {
      return url;
    }
  }

  @Override
  protected URLConnection openConnection(URL url) throws IOException {
    URLConnection connection = new URL(url.toExternalForm()).openConnection();
    connection.setUseCaches(false);
    return connection;
  }
}
