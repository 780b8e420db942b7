package io.eplb.server.message;

import io.eplb.api.wording.OneLine;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.document.TokenInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A reader of tables at the start in JSON: an object of a table and of the query's parameters. */
final class JsonStart {
  private static final String DIGESTS = "digests";
  private static final List<String> KEYS =
      Stream.concat(Stream.of(BodyArrays.CURRENT, DIGESTS), StartMessage.NAMES.stream()).toList();

  private final TokenInput input;
  private final InputSource body;
  private final WholeNumbers numbers;
  private @Nullable NumberArray current;
  private @Nullable List<String> digests;

  private JsonStart(TokenInput input, InputSource body, WholeNumbers numbers) {
    this.input = input;
    this.body = body;
    this.numbers = numbers;
  }

  /** Reads the table, and adds the numbers that the object has. */
  static StartTable read(InputSource body, WholeNumbers numbers) {
    return TokenInput.json(body, input -> new JsonStart(input, body, numbers).object());
  }

  private StartTable object() throws IOException {
    input.object("", "an object with current or digests", List.of(), KEYS, this::key);
    return new StartTable(current, digests);
  }

  private void key(String key) throws IOException {
    switch (key) {
      case BodyArrays.CURRENT -> current = BodyArrays.ofJson(input, key, body);
      case DIGESTS -> digests = digests();
      default -> {
        if (!KEYS.contains(key)) {
          throw input.fault(
              "",
              "has the key %s, which is unknown; the keys are %s"
                  .formatted(OneLine.quote(key), String.join(", ", KEYS)));
        }
        numbers.add(WholeParameter.of(key).orElseThrow(), JsonScalar.whole(input, "/" + key));
      }
    }
  }

  private List<String> digests() throws IOException {
    String pointer = "/" + DIGESTS;
    List<String> texts = new ArrayList<>();
    input.requireArray(pointer, "an array of digests");
    for (int layer = 0; !input.endsArray(); layer++) {
      texts.add(input.text(pointer + "/" + layer, "a digest of 64 hexadecimal digits"));
    }
    return texts;
  }
}
