package io.eplb.zookeeper;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.record.RecordEntry;
import io.eplb.core.record.RecordEntry.State;
import io.eplb.core.record.SwitchName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of the znode {@code record}: an entry, and the shape of its table. Example, without
 * its spaces:
 *
 * <pre>
 *   {"format": 1, "epoch": 3, "version": 8, "fence": 5120, "digest": "9f86…0a08", "state": "SETTLED",
 *    "switchEpoch": 3, "switchNumber": 1, "committed": true, "switchLayers": [4, 17],
 *    "layers": 58, "experts": 256, "ranks": 32, "slotsPerRank": 9}
 * </pre>
 *
 * <p>{@code switchEpoch} and {@code switchNumber} are 0 before the first switch. While the rows of
 * the first table are being written, the state is {@code CREATING}: nobody uses the record.
 */
record RecordContent(RecordEntry entry, TableShape shape, boolean creating) {
  private static final int FORMAT = 1;
  private static final int MAX_BYTES = 1_023;
  private static final String CREATING = "CREATING";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SwitchName name = entry.lastSwitch();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      json.writeNumberField("epoch", entry.epoch());
      json.writeNumberField("version", entry.version());
      json.writeNumberField("fence", entry.fence());
      json.writeStringField("digest", entry.digest());
      json.writeStringField("state", creating ? CREATING : entry.state().name());
      json.writeNumberField("switchEpoch", name == null ? 0 : name.epoch());
      json.writeNumberField("switchNumber", name == null ? 0 : name.number());
      json.writeBooleanField("committed", entry.committed());
      json.writeArrayFieldStart("switchLayers");
      for (int layer : entry.layers()) {
        json.writeNumber(layer);
      }
      json.writeEndArray();
      json.writeNumberField("layers", shape.layers());
      json.writeNumberField("experts", shape.experts());
      json.writeNumberField("ranks", shape.ranks());
      json.writeNumberField("slotsPerRank", shape.slotsPerRank());
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    if (bytes.size() > MAX_BYTES) {
      throw new IllegalStateException(bytes.size() + " bytes of a record: " + bytes);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the content of a znode.
   *
   * @throws InvalidInputException if {@link #toBytes} did not write it
   */
  static RecordContent fromBytes(String path, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw unreadable(path, "it has " + bytes.length + " bytes");
    }
    try (JsonParser json = JSON.createParser(new String(bytes, StandardCharsets.UTF_8))) {
      return new Fields(json).content();
    } catch (JsonProcessingException malformed) {
      throw unreadable(path, malformed.getOriginalMessage());
    } catch (IOException
        | IllegalArgumentException
        | ArithmeticException
        | InvalidInputException refused) {
      throw unreadable(path, String.valueOf(refused.getMessage()));
    }
  }

  private static InvalidInputException unreadable(String path, String reason) {
    return new InvalidInputException(
        "%s is no record of EPLB: %s; take another chroot, or remove it when no process runs"
            .formatted(path, OneLine.brief(reason)));
  }

  /** The fields of an object, each once, none unknown. */
  private static final class Fields {
    private final Map<String, Object> values = new HashMap<>();

    Fields(JsonParser json) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        values.put(name, value(name, json));
      }
      if (json.nextToken() != null) {
        throw new IllegalArgumentException("something follows the object");
      }
    }

    private static Object value(String name, JsonParser json) throws IOException {
      return switch (json.nextToken()) {
        case VALUE_NUMBER_INT -> json.getLongValue();
        case VALUE_STRING -> json.getText();
        case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
        case START_ARRAY -> {
          List<Integer> numbers = new ArrayList<>();
          while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            numbers.add(json.getIntValue());
          }
          if (json.currentToken() != JsonToken.END_ARRAY) {
            throw new IllegalArgumentException(name + " is no list of numbers");
          }
          yield numbers;
        }
        default -> throw new IllegalArgumentException("the value of " + name + " is not allowed");
      };
    }

    RecordContent content() {
      if (take("format", Long.class) != FORMAT) {
        throw new IllegalArgumentException("its format is not " + FORMAT);
      }
      String state = take("state", String.class);
      boolean creating = state.equals(CREATING);
      RecordEntry entry =
          new RecordEntry(
              take("epoch", Long.class),
              take("version", Long.class),
              take("fence", Long.class),
              digest(),
              creating ? State.SETTLED : State.valueOf(state),
              name(),
              take("committed", Boolean.class),
              layers());
      TableShape shape =
          new TableShape(
              integer("layers"), integer("experts"), integer("ranks"), integer("slotsPerRank"));
      if (!values.isEmpty()) {
        throw new IllegalArgumentException("nothing is known of " + values.keySet());
      }
      return new RecordContent(entry, shape, creating);
    }

    private <T> T take(String name, Class<T> type) {
      Object value = values.remove(name);
      if (!type.isInstance(value)) {
        throw new IllegalArgumentException(name + " is missing or of another type");
      }
      return type.cast(value);
    }

    private int integer(String name) {
      return Math.toIntExact(take(name, Long.class));
    }

    private String digest() {
      String digest = take("digest", String.class);
      if (!digest.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException("its digest is none");
      }
      return digest;
    }

    private @Nullable SwitchName name() {
      long epoch = take("switchEpoch", Long.class);
      long number = take("switchNumber", Long.class);
      return epoch == 0 && number == 0 ? null : new SwitchName(epoch, number);
    }

    private List<Integer> layers() {
      List<Integer> layers = new ArrayList<>();
      for (Object layer : take("switchLayers", List.class)) {
        layers.add((Integer) layer);
      }
      return layers;
    }
  }
}
