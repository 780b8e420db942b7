package io.eplb.server.message;

import io.eplb.core.format.numpy.NumpyWriter;
import io.eplb.server.planning.PlanAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.List;
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

  private final ZipOutputStream archive;

  private NpzAnswer(ZipOutputStream archive) {
    this.archive = archive;
  }

  static byte[] write(PlanAnswer answer) {
    ByteArrayOutputStream output = new ByteArrayOutputStream(1 << 16);
    try (ZipOutputStream archive = new ZipOutputStream(output)) {
      archive.setMethod(ZipOutputStream.STORED);
      new NpzAnswer(archive).entries(answer);
    } catch (IOException impossible) {
      throw new UncheckedIOException("memory cannot fail", impossible);
    }
    return output.toByteArray();
  }

  private void entries(PlanAnswer answer) throws IOException {
    if (answer.table().isPresent()) {
      AnswerArrays arrays = new AnswerArrays(answer.table().get());
      entry(
          "physical_to_logical",
          NumpyWriter.int64(arrays.physicalToLogical, arrays.layers, arrays.slots));
      entry(
          "logical_to_physical",
          NumpyWriter.int64(
              arrays.logicalToPhysical, arrays.layers, arrays.experts, arrays.replicas));
      entry("logical_count", NumpyWriter.int64(arrays.logicalCount, arrays.layers, arrays.experts));
    }
    entry("changed", NumpyWriter.bool(answer.changed()));
    entry("layer_priority", numbers(answer.layerPriority()));
    entry("moved", NumpyWriter.int64(answer.moved()));
    entry("par_before", NumpyWriter.float64(answer.parBefore()));
    entry("par_after", NumpyWriter.float64(answer.parAfter()));
    entry(
        "rejected",
        NumpyWriter.texts(
            answer.rejected().stream()
                .map(
                    layer ->
                        "layer %s: %s: %s".formatted(layer.layer(), layer.rule(), layer.message()))
                .toList()));
    entry("reason", NumpyWriter.text(answer.reason().orElse("")));
    entry("unanimous", NumpyWriter.bool(answer.unanimous()));
    entry("missing", numbers(answer.missing()));
    entry("different", numbers(answer.different()));
    entry("inputs", NumpyWriter.text(answer.inputs()));
    entry("digest", NumpyWriter.text(answer.digest()));
  }

  private static byte[] numbers(List<Integer> numbers) {
    int[] values = new int[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    return NumpyWriter.int64(values, values.length);
  }

  private void entry(String name, byte[] array) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(array);
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(TIME);
    entry.setSize(array.length);
    entry.setCrc(checksum.getValue());
    archive.putNextEntry(entry);
    archive.write(array);
    archive.closeEntry();
  }
}
