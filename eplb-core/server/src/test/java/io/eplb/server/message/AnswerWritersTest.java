package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.numpy.NumpyKinds;
import io.eplb.core.format.numpy.NumpyReader;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TimeZone;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerWritersTest {
  private static final List<String> FIELDS =
      List.of(
          "changed",
          "layer_priority",
          "moved",
          "par_before",
          "par_after",
          "rejected",
          "reason",
          "unanimous",
          "missing",
          "different",
          "inputs",
          "digest");

  @Test
  void jsonHasTheTableInBothDirectionsAndEveryField() {
    assertEquals(
        "{\"physical_to_logical\":[[0,1,0,-1],[1,0,0,1]],"
            + "\"logical_to_physical\":[[[0,2],[1,-1]],[[1,2],[0,3]]],"
            + "\"logical_count\":[[2,1],[2,2]],"
            + "\"changed\":true,\"layer_priority\":[1,0],\"moved\":3,"
            + "\"par_before\":1.5,\"par_after\":1.0,"
            + "\"rejected\":[{\"layer\":1,\"rule\":\"P4\",\"message\":\"layer 1 holds \\\"a\\\" twice, \\uD83D\\uDE00\"}],"
            + "\"reason\":null,\"unanimous\":true,\"missing\":[],\"different\":[],"
            + "\"inputs\":\"0123abcd\",\"digest\":\""
            + Answers.CHANGED.digest()
            + "\"}",
        text(AnswerFormat.JSON.write(Answers.CHANGED)));
  }

  @Test
  void jsonWithoutATableHasNoArraysAndNoNumberForAnUnknownPar() {
    assertEquals(
        "{\"changed\":false,\"layer_priority\":[],\"moved\":0,\"par_before\":null,\"par_after\":null,"
            + "\"rejected\":[],\"reason\":\"rank 3 did not ask in time\",\"unanimous\":false,"
            + "\"missing\":[3],\"different\":[1,2],\"inputs\":\"\",\"digest\":\"\"}",
        text(AnswerFormat.JSON.write(Answers.UNCHANGED)));
  }

  @Test
  void npzHasTheTableInBothDirections() throws IOException {
    Map<String, byte[]> arrays = entries(AnswerFormat.NPZ.write(Answers.CHANGED));
    List<String> names =
        new ArrayList<>(List.of("physical_to_logical", "logical_to_physical", "logical_count"));
    names.addAll(FIELDS);
    assertEquals(names, List.copyOf(arrays.keySet()));
    requireArray("2 × 4", new double[] {0, 1, 0, -1, 1, 0, 0, 1}, arrays, "physical_to_logical");
    requireArray(
        "2 × 2 × 2", new double[] {0, 2, 1, -1, 1, 2, 0, 3}, arrays, "logical_to_physical");
    requireArray("2 × 2", new double[] {2, 1, 2, 2}, arrays, "logical_count");
    requireArray("2", new double[] {1, 0}, arrays, "layer_priority");
    requireArray("", new double[] {3}, arrays, "moved");
    requireArray("", new double[] {1.5}, arrays, "par_before");
  }

  @Test
  void npzWithoutATableHasNoArrays() throws IOException {
    Map<String, byte[]> arrays = entries(AnswerFormat.NPZ.write(Answers.UNCHANGED));
    assertEquals(FIELDS, List.copyOf(arrays.keySet()));
    requireArray("2", new double[] {1, 2}, arrays, "different");
    requireArray("", new double[] {Double.NaN}, arrays, "par_after");
  }

  @ParameterizedTest
  @EnumSource(AnswerFormat.class)
  void theBytesDependOnTheAnswerAlone(AnswerFormat format) {
    PlanAnswer equal =
        new PlanAnswer(
            Optional.of(
                ExpertTable.of(9, 2, Placement.of(2, 2, 2, new int[] {0, 1, 0, -1, 1, 0, 0, 1}))),
            true,
            new ArrayList<>(List.of(1, 0)),
            3,
            1.5,
            1.0,
            Answers.CHANGED.rejected(),
            Optional.empty(),
            true,
            List.of(),
            List.of(),
            "0123abcd");
    byte[] expected = format.write(Answers.CHANGED);
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      assertArrayEquals(expected, format.write(equal));
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void everyEntryHasTheSameTime() throws IOException {
    try (ZipInputStream archive =
        new ZipInputStream(new ByteArrayInputStream(AnswerFormat.NPZ.write(Answers.CHANGED)))) {
      for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
        assertEquals(LocalDateTime.of(1980, 2, 1, 0, 0), entry.getTimeLocal());
      }
    }
  }

  @Test
  void anAnswerOfTooManyElementsIsRefused() {
    int experts = 8_192;
    int[] row = new int[2 * experts + 1];
    for (int slot = 0; slot < experts; slot++) {
      row[slot] = slot;
    }
    PlanAnswer large =
        new PlanAnswer(
            Optional.of(ExpertTable.of(0, experts, Placement.of(1, 1, row.length, row))),
            false,
            List.of(),
            0,
            1.0,
            1.0,
            List.of(),
            Optional.empty(),
            true,
            List.of(),
            List.of(),
            "");
    ProblemException refusal =
        assertThrows(ProblemException.class, () -> AnswerFormat.NPZ.write(large));
    assertEquals(422, refusal.status());
    assertEquals(
        "logical_to_physical would have 1 × 8192 × 8194 elements, since an expert has 8194 replicas; at most 67108864 are supported",
        refusal.detail());
  }

  private static void requireArray(
      String shape, double[] values, Map<String, byte[]> arrays, String name) {
    NumberArray array =
        NumpyReader.read(
            InputSource.of(name, Objects.requireNonNull(arrays.get(name))),
            new ArrayForm(0, 3, "any"),
            NumpyKinds.NUMBERS);
    assertEquals(shape, array.shape());
    assertArrayEquals(values, array.values());
  }

  private static Map<String, byte[]> entries(byte[] archive) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream input = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = input.getNextEntry(); entry != null; entry = input.getNextEntry()) {
        entries.put(entry.getName().replace(".npy", ""), input.readAllBytes());
      }
    }
    return entries;
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
