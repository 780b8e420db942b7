package io.eplb.server.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A file of the page, as it lies beside this class. It holds no data of any group.
 *
 * @param path the path at which it is served
 * @param type its media type
 * @param content its bytes
 */
record PageFile(String path, String type, ByteBuffer content) {
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** Reads all files of the page. */
  static List<PageFile> all() {
    return List.of(
        read("/", "index.html", "text/html; charset=utf-8"),
        read("/page/page.css", "page.css", "text/css; charset=utf-8"),
        script("page.js"),
        script("stream.js"),
        script("element.js"),
        script("heat.js"),
        script("chart.js"));
  }

  private static PageFile script(String name) {
    return read("/page/" + name, name, SCRIPT);
  }

  private static PageFile read(String path, String name, String type) {
    try (InputStream file = PageFile.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the page's file " + name + " is missing in the jar");
      }
      return new PageFile(path, type, ByteBuffer.wrap(file.readAllBytes()).asReadOnlyBuffer());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
