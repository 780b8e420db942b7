package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Listed;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * A reader of all arrays of an NPZ archive that is in memory, for whoever cannot trust its writer:
 * an entry that is not expected is refused, and no memory is taken for more elements than expected.
 */
public final class NumpyArrays {
  private NumpyArrays() {}

  /**
   * An array that may be in the archive.
   *
   * @param form its dimensions and its greatest size
   * @param kinds its element types
   */
  public record Expected(ArrayForm form, NumpyKinds kinds) {}

  /**
   * Reads an archive, as {@code numpy.savez} and {@code numpy.savez_compressed} write it.
   *
   * @param expected the arrays that may be there, by name
   * @return the arrays that are there, by name, in the archive's order
   * @throws InvalidInputException if it is no such archive, or an array is unknown, there twice or
   *     not as expected: the message names the array
   */
  public static Map<String, NumberArray> read(InputSource source, Map<String, Expected> expected) {
    Map<String, NumberArray> arrays = new LinkedHashMap<>();
    for (ZipBytes.Entry entry : ZipBytes.entries(source)) {
      String name = arrayName(entry.name());
      Expected wanted = expected.get(name);
      if (wanted == null) {
        throw source.fault(
            "holds %s, which is unknown; the arrays are %s"
                .formatted(
                    OneLine.quote(entry.name()),
                    Listed.of(List.copyOf(new TreeSet<>(expected.keySet())))));
      }
      if (arrays.containsKey(name)) {
        throw source.fault("holds two arrays named " + OneLine.quote(name) + "; expected one");
      }
      arrays.put(name, array(source, entry, name, wanted));
    }
    return arrays;
  }

  /** Returns the name of an array; empty if the entry is none. */
  private static String arrayName(String entry) {
    return entry.endsWith(NumpyArchive.ENTRY_SUFFIX)
        ? entry.substring(0, entry.length() - NumpyArchive.ENTRY_SUFFIX.length())
        : "";
  }

  private static NumberArray array(
      InputSource source, ZipBytes.Entry entry, String name, Expected expected) {
    String shown = "array " + OneLine.quote(name) + " ";
    NumpyReader reader =
        new NumpyReader(expected.form(), expected.kinds(), what -> source.fault(shown + what));
    CRC32 checksum = new CRC32();
    try (CheckedInputStream input = new CheckedInputStream(entry.open(), checksum)) {
      NumberArray array = reader.read(input, entry.size());
      if (checksum.getValue() != entry.checksum()) {
        throw source.fault(shown + "does not match its checksum: the archive is damaged");
      }
      return array;
    } catch (IOException damaged) {
      throw source.fault(shown + "cannot be unpacked: the archive is damaged", damaged);
    } catch (OutOfMemoryError error) {
      throw source.tooLarge(error);
    }
  }
}
