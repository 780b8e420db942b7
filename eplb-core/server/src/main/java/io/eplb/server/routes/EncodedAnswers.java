package io.eplb.server.routes;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import io.eplb.server.message.AnswerFormat;
import io.eplb.server.planning.PlanAnswer;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * The bytes of answers. A thousand ranks that get one answer share one copy of its bytes; it is
 * kept while the answer is, up to a bound.
 */
final class EncodedAnswers {
  private static final long MOST_BYTES = 64L << 20;

  private final Map<AnswerFormat, LoadingCache<PlanAnswer, ByteBuffer>> encoded =
      new EnumMap<>(AnswerFormat.class);

  EncodedAnswers() {
    for (AnswerFormat format : AnswerFormat.values()) {
      encoded.put(
          format,
          CacheBuilder.newBuilder()
              .weakKeys() // by identity, since comparing answers would take longer
              .concurrencyLevel(1) // one bound for all, not one for each part of the cache
              .maximumWeight(MOST_BYTES)
              .weigher((PlanAnswer answer, ByteBuffer bytes) -> bytes.capacity())
              .build(
                  CacheLoader.from((PlanAnswer answer) -> ByteBuffer.wrap(format.write(answer)))));
    }
  }

  /** Returns an answer in a format; the caller may not write to it. */
  ByteBuffer get(PlanAnswer answer, AnswerFormat format) {
    LoadingCache<PlanAnswer, ByteBuffer> cache = encoded.get(format);
    if (cache == null) {
      throw new IllegalArgumentException("there is no format " + format);
    }
    return cache.getUnchecked(answer).duplicate();
  }
}
