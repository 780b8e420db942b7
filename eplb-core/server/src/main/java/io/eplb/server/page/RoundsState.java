package io.eplb.server.page;

import com.fasterxml.jackson.core.JsonGenerator;
import io.eplb.api.wording.OneLine;
import io.eplb.server.observe.RoundRecord;
import java.io.IOException;
import java.util.List;

/**
 * The rounds of a group.
 *
 * @param group the group's name
 * @param rounds the last {@value #MOST_ROUNDS} rounds, oldest first
 */
record RoundsState(String group, List<Round> rounds) implements TopicContent {
  /** The rounds of a group that are kept. */
  static final int MOST_ROUNDS = 64;

  /** The missing or different ranks that are named; of more, only their number is kept. */
  static final int MOST_NAMED = 64;

  static RoundsState first(RoundRecord round) {
    return new RoundsState(round.group(), List.of(Round.of(round)));
  }

  RoundsState with(RoundRecord round) {
    return new RoundsState(group, Kept.with(rounds, Round.of(round), MOST_ROUNDS));
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", group);
    json.writeArrayFieldStart("rounds");
    for (Round round : rounds) {
      round.write(json);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** A round, with no more names of ranks than are shown. */
  record Round(RoundRecord record, Ranks missing, Ranks different) {
    static Round of(RoundRecord round) {
      return new Round(
          new RoundRecord(
              round.group(),
              round.round(),
              round.time(),
              round.world(),
              round.unanimous(),
              round.changed(),
              List.of(),
              List.of(),
              OneLine.brief(round.reason())),
          Ranks.of(round.missing()),
          Ranks.of(round.different()));
    }

    void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeNumberField("round", record.round());
      json.writeNumberField("time", record.time().toEpochMilli());
      json.writeNumberField("world", record.world());
      json.writeBooleanField("unanimous", record.unanimous());
      json.writeBooleanField("changed", record.changed());
      missing.write(json, "missing");
      different.write(json, "different");
      json.writeStringField("reason", record.reason());
      json.writeEndObject();
    }
  }

  /** The number of some ranks, and the first of them by name. */
  record Ranks(int count, List<Integer> named) {
    static Ranks of(List<Integer> ranks) {
      return new Ranks(
          ranks.size(), List.copyOf(ranks.subList(0, Math.min(MOST_NAMED, ranks.size()))));
    }

    void write(JsonGenerator json, String name) throws IOException {
      json.writeNumberField(name + "Count", count);
      json.writeFieldName(name);
      json.writeArray(named.stream().mapToInt(Integer::intValue).toArray(), 0, named.size());
    }
  }
}
