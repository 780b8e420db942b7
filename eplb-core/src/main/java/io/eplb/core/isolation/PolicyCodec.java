package io.eplb.core.isolation;

import io.eplb.api.EplbException;
import io.eplb.api.Objective;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyTraits;
import io.eplb.core.foreign.PolicyDeclaration;
import io.eplb.core.registry.PolicyClass;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The messages about a policy: the order to load it, and the declaration of a loaded one. */
final class PolicyCodec {
  /** The version of all messages; two processes talk only if they have the same. */
  static final int VERSION = 1;

  private PolicyCodec() {}

  /**
   * The order to load a policy.
   *
   * @param policy the class
   * @param processors threads that run layers, 1 or more
   * @param properties the system properties to set before
   */
  record Load(PolicyClass policy, int processors, Map<String, String> properties) {}

  static Frame write(Load load) {
    Frame frame = Frame.of(Frame.Kind.LOAD).put(VERSION);
    frame.put(load.policy().jar().map(Path::toString).orElse(""));
    frame.put(load.policy().className()).put(load.processors());
    frame.put(load.properties().size());
    load.properties().forEach((key, value) -> frame.put(key).put(value));
    return frame;
  }

  static Load readLoad(Frame frame) throws MalformedFrameException {
    int version = frame.getInt();
    if (version != VERSION) {
      throw new MalformedFrameException(
          "the messages have version %d; this process knows %d".formatted(version, VERSION));
    }
    String jar = frame.getString();
    PolicyClass policy = new PolicyClass(path(jar), frame.getString());
    int processors = frame.getInt();
    Map<String, String> properties = new TreeMap<>();
    for (int left = frame.getInt(); left > 0; left--) {
      properties.put(frame.getString(), frame.getString());
    }
    frame.end();
    return new Load(policy, processors, properties);
  }

  private static Optional<Path> path(String jar) throws MalformedFrameException {
    try {
      return jar.isEmpty() ? Optional.empty() : Optional.of(Path.of(jar));
    } catch (InvalidPathException malformed) {
      throw new MalformedFrameException("a path is malformed: " + malformed.getReason());
    }
  }

  static Frame write(PolicyDeclaration declaration) {
    Frame frame = Frame.of(Frame.Kind.DECLARED).put(VERSION);
    frame.put(declaration.traits().stateful()).put(declaration.traits().objective());
    frame.put(declaration.name()).put(declaration.options().size());
    declaration.options().forEach(option -> write(option, frame));
    return frame;
  }

  static PolicyDeclaration readDeclaration(Frame frame) throws MalformedFrameException {
    int version = frame.getInt();
    if (version != VERSION) {
      throw new MalformedFrameException("its messages have another version");
    }
    boolean stateful = frame.getBoolean();
    Objective objective = frame.getEnum(Objective.class);
    PolicyTraits traits = PolicyTraits.builder().stateful(stateful).objective(objective).build();
    String name = frame.getString();
    List<PolicyOption<?>> options = new ArrayList<>();
    for (int left = frame.getInt(); left > 0; left--) {
      options.add(readOption(frame));
    }
    frame.end();
    return new PolicyDeclaration(name, options, traits);
  }

  private static void write(PolicyOption<?> option, Frame frame) {
    frame.put(option.type()).put(option.name()).put(option.description());
    writeValue(option.defaultValue(), frame);
    switch (option.type()) {
      case INTEGER, DECIMAL -> {
        writeValue(option.minimum().orElseThrow(), frame);
        writeValue(option.maximum().orElseThrow(), frame);
      }
      case CHOICE -> {
        frame.put(option.choices().size());
        option.choices().forEach(frame::put);
      }
      case FLAG, TEXT -> {}
    }
    frame.put(option.unrestricted().isPresent());
    option.unrestricted().ifPresent(value -> writeValue(value, frame));
  }

  private static PolicyOption<?> readOption(Frame frame) throws MalformedFrameException {
    PolicyOption.Type type = frame.getEnum(PolicyOption.Type.class);
    String name = frame.getString();
    String description = frame.getString();
    try {
      return switch (type) {
        case INTEGER ->
            unrestricted(
                frame,
                PolicyOption.integer(
                    name, frame.getLong(), frame.getLong(), frame.getLong(), description),
                frame::getLong);
        case DECIMAL ->
            unrestricted(
                frame,
                PolicyOption.decimal(
                    name, frame.getDouble(), frame.getDouble(), frame.getDouble(), description),
                frame::getDouble);
        case FLAG ->
            unrestricted(
                frame, PolicyOption.flag(name, frame.getBoolean(), description), frame::getBoolean);
        case TEXT ->
            unrestricted(
                frame, PolicyOption.text(name, frame.getString(), description), frame::getString);
        case CHOICE -> {
          String defaultValue = frame.getString();
          List<String> choices = new ArrayList<>();
          for (int left = frame.getInt(); left > 0; left--) {
            choices.add(frame.getString());
          }
          yield unrestricted(
              frame,
              PolicyOption.choice(name, defaultValue, choices, description),
              frame::getString);
        }
      };
    } catch (EplbException wrong) {
      throw new MalformedFrameException("an option is malformed: " + wrong.getMessage());
    }
  }

  private static <T> PolicyOption<T> unrestricted(
      Frame frame, PolicyOption<T> option, Reading<T> value) throws MalformedFrameException {
    return frame.getBoolean() ? option.unrestrictedAt(value.read()) : option;
  }

  /** Writes the value of an option; its type is known to the reader. */
  static void writeValue(Object value, Frame frame) {
    if (value instanceof Long whole) {
      frame.put(whole.longValue());
    } else if (value instanceof Double decimal) {
      frame.put(decimal.doubleValue());
    } else if (value instanceof Boolean flag) {
      frame.put(flag.booleanValue());
    } else {
      frame.put(String.valueOf(value));
    }
  }

  /** Reads the value of an option. */
  static Object readValue(PolicyOption.Type type, Frame frame) throws MalformedFrameException {
    return switch (type) {
      case INTEGER -> frame.getLong();
      case DECIMAL -> frame.getDouble();
      case FLAG -> frame.getBoolean();
      case CHOICE, TEXT -> frame.getString();
    };
  }

  /** Reads one value. */
  private interface Reading<T> {
    T read() throws MalformedFrameException;
  }
}
