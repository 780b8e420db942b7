package io.eplb.api.kit.architecture;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;

/** The entries of a jar, or the files of a folder with classes. */
final class JarEntries {
  private JarEntries() {}

  /**
   * Opens an entry.
   *
   * @throws java.io.FileNotFoundException if there is no such entry
   */
  static InputStream open(URL location, String entry) throws IOException {
    String root = location.toString();
    URLConnection connection =
        new URL(root.endsWith("/") ? root + entry : "jar:" + root + "!/" + entry).openConnection();
    // A cached jar would stay open, and be an old one after the next build.
    connection.setUseCaches(false);
    return connection.getInputStream();
  }
}
