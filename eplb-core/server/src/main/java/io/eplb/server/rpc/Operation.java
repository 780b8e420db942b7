package io.eplb.server.rpc;

import io.eplb.api.InvalidInputException;
import java.time.Duration;

/**
 * A request of one process to another, with its answer: {@code POST /v1/rank/NAME}. The body of the
 * question is the version of the protocol, the milliseconds that the asker waits, then the
 * question; that of the answer is the answer alone. None is longer than {@value
 * MessageWriter#MOST_BYTES} bytes.
 *
 * @param <Q> the question
 * @param <A> the answer
 * @param name the end of its path
 * @param work whether the answer waits for work that takes long, such as copies of weights
 * @param question the question's codec
 * @param answer the answer's codec
 */
record Operation<Q, A>(String name, boolean work, Codec<Q> question, Codec<A> answer) {
  /** The longest time that an asker may wait. */
  static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private static final String FOLDER = "/v1/rank/";

  /** Another version of a message's content needs another number. */
  private static final int PROTOCOL = 1;

  /**
   * A question as it arrives.
   *
   * @param patience the time that its asker waits
   * @param question the question
   */
  record Asked<Q>(Duration patience, Q question) {}

  String path() {
    return FOLDER + name;
  }

  byte[] ask(Duration wait, Q asked) {
    MessageWriter message = new MessageWriter().number(PROTOCOL).number(wait.toMillis());
    question.writer().accept(message, asked);
    return message.toBytes();
  }

  /**
   * Reads a question.
   *
   * @throws InvalidInputException if the bytes are none
   */
  Asked<Q> asked(byte[] body) {
    MessageReader message = new MessageReader(body);
    long protocol = message.number("the version of the protocol");
    if (protocol != PROTOCOL) {
      throw new InvalidInputException(
          "the message is of version %d of the protocol; this process speaks version %d: run the same eplb everywhere"
              .formatted(protocol, PROTOCOL));
    }
    Duration wait =
        Duration.ofMillis(message.number("the time to wait", 1, LONGEST_WAIT.toMillis()));
    return new Asked<>(wait, read(question, message));
  }

  byte[] answer(A given) {
    MessageWriter message = new MessageWriter();
    answer.writer().accept(message, given);
    return message.toBytes();
  }

  /**
   * Reads an answer.
   *
   * @throws InvalidInputException if the bytes are none
   */
  A answered(byte[] body) {
    return read(answer, new MessageReader(body));
  }

  private static <T> T read(Codec<T> codec, MessageReader message) {
    T value = codec.reader().apply(message);
    message.end();
    return value;
  }
}
