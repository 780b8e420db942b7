package io.eplb.server.message;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.NumberRule;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A reader of questions in JSON: an object of arrays and of the parameters of the query. */
final class JsonQuestion {
  private static final String OPTIONS = "options";
  private static final List<String> KEYS =
      Stream.concat(
              Stream.of(BodyArrays.LOAD, BodyArrays.WORKLOAD, BodyArrays.CURRENT, OPTIONS),
              Parameters.NAMES.stream())
          .toList();

  private static final NumberRule RANK = NumberRule.integer("a rank", 0, EpTopology.MAX_RANKS - 1);

  private final TokenInput input;
  private final InputSource body;
  private final Parameters parameters;
  private @Nullable NumberArray load;
  private @Nullable NumberArray workload;
  private @Nullable NumberArray current;

  private JsonQuestion(TokenInput input, InputSource body, Parameters parameters) {
    this.input = input;
    this.body = body;
    this.parameters = parameters;
  }

  /** Reads the arrays, and adds the parameters that the object has. */
  static Question read(InputSource body, Parameters parameters) {
    return TokenInput.json(body, input -> new JsonQuestion(input, body, parameters).object());
  }

  private Question object() throws IOException {
    input.object("", "an object with load or workload", List.of(), KEYS, this::key);
    return new Question(load, workload, current);
  }

  private void key(String key) throws IOException {
    switch (key) {
      case BodyArrays.LOAD -> load = array(key);
      case BodyArrays.WORKLOAD -> workload = array(key);
      case BodyArrays.CURRENT -> current = array(key);
      case OPTIONS -> options();
      case Parameters.FAILED -> parameters.failed(failed());
      case Parameters.POLICY -> parameters.policy(input.text("/" + key, "a policy's name"));
      case Parameters.DISPATCH -> parameters.dispatch(input.text("/" + key, "a dispatch"));
      default -> {
        if (!KEYS.contains(key)) {
          throw input.fault(
              "",
              "has the key %s, which is unknown; the keys are %s"
                  .formatted(OneLine.quote(key), String.join(", ", KEYS)));
        }
        parameters.number(key, JsonScalar.whole(input, "/" + key));
      }
    }
  }

  private NumberArray array(String name) throws IOException {
    return BodyArrays.ofJson(input, name, body);
  }

  private void options() throws IOException {
    String pointer = "/" + OPTIONS;
    Set<String> found = new HashSet<>();
    input.requireObject(pointer, "an object of the policy's options");
    for (String key = input.nextKey(); key != null; key = input.nextKey()) {
      input.requireFirst(found.add(key), pointer, OneLine.quote(key));
      parameters.option(key, JsonScalar.option(input, pointer + "/" + key));
    }
  }

  private List<Integer> failed() throws IOException {
    List<Integer> ranks = new ArrayList<>();
    for (int rank : input.integers("/" + Parameters.FAILED, RANK)) {
      ranks.add(rank);
    }
    return ranks;
  }
}
