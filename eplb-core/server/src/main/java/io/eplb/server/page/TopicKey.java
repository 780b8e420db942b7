package io.eplb.server.page;

/**
 * The identity of a topic.
 *
 * @param kind the name of its events
 * @param group the group; empty for the directory
 * @param model the model; empty for all but {@link Kind#MODEL}
 */
record TopicKey(Kind kind, String group, String model) {
  /** The list of all topics. */
  static final TopicKey DIRECTORY = new TopicKey(Kind.DIRECTORY, "", "");

  enum Kind {
    DIRECTORY("directory"),
    MODEL("model"),
    ROUNDS("rounds");

    private final String event;

    Kind(String event) {
      this.event = event;
    }

    /** Returns the name of its events in the stream. */
    String event() {
      return event;
    }
  }

  static TopicKey model(String group, String model) {
    return new TopicKey(Kind.MODEL, group, model);
  }

  static TopicKey rounds(String group) {
    return new TopicKey(Kind.ROUNDS, group, "");
  }
}
