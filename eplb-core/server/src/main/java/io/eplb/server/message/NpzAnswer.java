package io.eplb.server.message;

import io.eplb.core.format.numpy.NumpyWriter;
import io.eplb.server.planning.PlanAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The writer of answers as NPZ archives, stored as {@code numpy.savez} stores them. Every entry has
 * the same time, so that equal answers give equal bytes.
 */
final class NpzAnswer {
  /** For the first time that ZIP has, the JDK adds one that depends on the time zone. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  /** The room that a file takes in an archive beside its data, generously. */
  private static final int HEADERS = 256;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private NpzAnswer() {}

  static byte[] write(PlanAnswer answer) {
    NpzAnswer npz = new NpzAnswer();
    npz.add(answer);
    return npz.archive();
  }

  private void add(PlanAnswer answer) {
    if (answer.table().isPresent()) {
      AnswerArrays arrays = new AnswerArrays(answer.table().get());
      entries.put(
          "physical_to_logical",
          NumpyWriter.int64(arrays.physicalToLogical, arrays.layers, arrays.slots));
      entries.put(
          "logical_to_physical",
          NumpyWriter.int64(
              arrays.logicalToPhysical, arrays.layers, arrays.experts, arrays.replicas));
      entries.put(
          "logical_count", NumpyWriter.int64(arrays.logicalCount, arrays.layers, arrays.experts));
    }
    entries.put("changed", NumpyWriter.bool(answer.changed()));
    entries.put("layer_priority", numbers(answer.layerPriority()));
    entries.put("moved", NumpyWriter.int64(answer.moved()));
    entries.put("par_before", NumpyWriter.float64(answer.parBefore()));
    entries.put("par_after", NumpyWriter.float64(answer.parAfter()));
    entries.put(
        "rejected",
        NumpyWriter.texts(
            answer.rejected().stream()
                .map(
                    layer ->
                        "layer %s: %s: %s".formatted(layer.layer(), layer.rule(), layer.message()))
                .toList()));
    entries.put("reason", NumpyWriter.text(answer.reason().orElse("")));
    entries.put("unanimous", NumpyWriter.bool(answer.unanimous()));
    entries.put("missing", numbers(answer.missing()));
    entries.put("different", numbers(answer.different()));
    entries.put("inputs", NumpyWriter.text(answer.inputs()));
    entries.put("digest", NumpyWriter.text(answer.digest()));
  }

  private static byte[] numbers(List<Integer> numbers) {
    int[] values = new int[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    return NumpyWriter.int64(values, values.length);
  }

  private byte[] archive() {
    int size = entries.values().stream().mapToInt(array -> array.length + HEADERS).sum();
    ByteArrayOutputStream output = new ByteArrayOutputStream(size);
    try (ZipOutputStream archive = new ZipOutputStream(output)) {
      archive.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> array : entries.entrySet()) {
        archive.putNextEntry(entry(array.getKey(), array.getValue()));
        archive.write(array.getValue());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory cannot fail", impossible);
    }
    return output.toByteArray();
  }

  private static ZipEntry entry(String name, byte[] array) {
    CRC32 checksum = new CRC32();
    checksum.update(array);
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(TIME);
    entry.setSize(array.length);
    entry.setCrc(checksum.getValue());
    return entry;
  }
}
