package io.eplb.server.rpc;

import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A way to write and read values of a type.
 *
 * @param <T> the type
 * @param writer adds a value to a message
 * @param reader reads it
 */
record Codec<T>(BiConsumer<MessageWriter, T> writer, Function<MessageReader, T> reader) {
  /** The codec of answers that say no more than that it is done. */
  static Codec<Done> done() {
    return new Codec<>((message, done) -> {}, message -> Done.DONE);
  }

  /** An answer without content. */
  enum Done {
    /** The only one. */
    DONE
  }
}
