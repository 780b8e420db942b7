package io.eplb.server.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Writes answers, part by part: for every write the JDK copies all of the buffer that is left, and
 * each thread keeps the room for the longest copy outside the heap.
 */
final class ReplyWriter {
  private static final int PART = 64 << 10;

  private ReplyWriter() {}

  static void write(Reply.Document reply, Response response, Callback callback) {
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    reply.headers().forEach(headers::put);
    headers.put(HttpHeader.CONTENT_TYPE, reply.mediaType());
    headers.put(HttpHeader.CONTENT_LENGTH, reply.content().remaining());
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    ByteBuffer content = reply.content().slice();
    if (content.remaining() <= PART) {
      response.write(true, content, callback);
    } else {
      Content.copy(new ByteBufferContentSource(parts(content)), response, callback);
    }
  }

  private static List<ByteBuffer> parts(ByteBuffer content) {
    List<ByteBuffer> parts = new ArrayList<>();
    for (int from = 0; from < content.limit(); from += PART) {
      parts.add(content.slice(from, Math.min(PART, content.limit() - from)));
    }
    return parts;
  }
}
