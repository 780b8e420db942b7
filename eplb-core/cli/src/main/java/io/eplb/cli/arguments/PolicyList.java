package io.eplb.cli.arguments;

import io.eplb.api.InvalidInputException;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.simulation.PolicyContender;
import io.eplb.core.simulation.StaticContender;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The syntax {@code A,B:key=value:key=value,C}: policies, each followed by its options. */
public final class PolicyList {
  /** The policy of the engines themselves, by DeepSeek. */
  private static final String OF_ENGINES = "default";

  /** The most policies of one run. */
  static final int MOST = 100;

  /**
   * One policy of the list.
   *
   * @param text as it was written
   * @param name the policy's name
   * @param options its options by name
   */
  public record Entry(String text, String name, Map<String, String> options) {}

  private PolicyList() {}

  /**
   * Returns the list of a simulation that names none: no balancing, the policy of the engines, the
   * one that {@code plan} takes, and the one that knows the future.
   */
  public static List<Entry> usual(EplbConfig config) {
    return Stream.of(
            StaticContender.NAME, OF_ENGINES, config.policyName(), PolicyContender.CLAIRVOYANT)
        .distinct()
        .map(name -> new Entry(name, name, Map.of()))
        .toList();
  }

  /**
   * Reads a list.
   *
   * @throws InvalidInputException if an entry is empty or repeated, an option has no value or is
   *     repeated, or there are too many entries
   */
  public static List<Entry> parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String written : text.split(",", -1)) {
      Entry entry = entry(written.strip());
      if (entries.contains(entry)) {
        throw new InvalidInputException(
            "--policies names '" + entry.text() + "' twice; give it other options or leave it out");
      }
      entries.add(entry);
    }
    if (entries.size() > MOST) {
      throw new InvalidInputException(
          "--policies names " + entries.size() + " policies; at most " + MOST + " are supported");
    }
    return entries;
  }

  private static Entry entry(String text) {
    String[] parts = text.split(":", -1);
    String name = parts[0].strip();
    if (name.isEmpty()) {
      throw new InvalidInputException(
          "--policies has an entry without a name; expected A,B:key=value,C");
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (int at = 1; at < parts.length; at++) {
      int equals = parts[at].indexOf('=');
      if (equals < 1) {
        throw new InvalidInputException(
            "policy %s: '%s' is no option; expected key=value, such as %s:key=value"
                .formatted(name, parts[at], name));
      }
      String key = parts[at].substring(0, equals).strip();
      if (options.put(key, parts[at].substring(equals + 1)) != null) {
        throw new InvalidInputException(
            "policy " + name + ": option " + key + " is given twice; give it once");
      }
    }
    return new Entry(text, name, options);
  }
}
