package io.eplb.server.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A topic as it was at one time. Its event is written when the first stream asks for it. */
final class Topic {
  private static final JsonFactory JSON = new JsonFactory();

  private final TopicKey key;
  private final long version;
  private final TopicContent content;

  // Written again by whoever finds it gone: two threads at worst do the same work.
  private volatile @Nullable SoftReference<byte[]> event;

  Topic(TopicKey key, long version, TopicContent content) {
    this.key = key;
    this.version = version;
    this.content = content;
  }

  TopicKey key() {
    return key;
  }

  /** Returns the number of the change that made it; later changes have greater numbers. */
  long version() {
    return version;
  }

  TopicContent content() {
    return content;
  }

  /** Returns the server-sent event with the whole topic. Nobody may alter the array. */
  byte[] event() {
    SoftReference<byte[]> written = event;
    byte[] known = written == null ? null : written.get();
    if (known != null) {
      return known;
    }
    byte[] bytes = write();
    event = new SoftReference<>(bytes);
    return bytes;
  }

  private byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(
        "event: %s\ndata: ".formatted(key.kind().event()).getBytes(StandardCharsets.UTF_8));
    // JSON has no line break outside its own escapes, so the data is one line.
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      content.write(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    bytes.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }
}
