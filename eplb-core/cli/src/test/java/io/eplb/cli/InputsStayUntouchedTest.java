package io.eplb.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Checks and runs on files of any content; each file keeps every byte. */
class InputsStayUntouchedTest {
  private static final int TRIES = 150;

  @Property(tries = TRIES)
  void noPlanChangesTheLoadTheConfigurationOrTheCurrentMap(
      @ForAll("loads") String load,
      @ForAll("configurations") String configuration,
      @ForAll("maps") String map)
      throws IOException {
    Path folder = Files.createTempDirectory("untouched");
    try {
      Path loads = Files.writeString(folder.resolve("load.json"), load);
      Path config = Files.writeString(folder.resolve("eplb.yaml"), configuration);
      Path current = Files.writeString(folder.resolve("current.json"), map);
      Path output = folder.resolve("new.json");
      CommandLineRun run =
          CommandLineRun.of(
              "plan --load %s --config %s --current %s --ranks 2 --output %s",
              loads, config, current, output);
      assertTrue(run.code() == 0 || run.code() == 2, run.err());
      assertEquals(run.code() == 2 ? 1 : 0, run.err().lines().count(), run.err());
      assertHolds(load, loads);
      assertHolds(configuration, config);
      assertHolds(map, current);
      assertEquals(
          run.code() == 0
              ? Set.of("load.json", "eplb.yaml", "current.json", "new.json")
              : Set.of("load.json", "eplb.yaml", "current.json"),
          names(folder));
    } finally {
      delete(folder);
    }
  }

  @Property(tries = TRIES)
  void noRepairOrRescalingChangesAMapOrALoad(
      @ForAll("loads") String load,
      @ForAll("maps") String map,
      @ForAll("elasticCommands") String command)
      throws IOException {
    Path folder = Files.createTempDirectory("untouched");
    try {
      Path loads = Files.writeString(folder.resolve("load.json"), load);
      Path current = Files.writeString(folder.resolve("current.json"), map);
      CommandLineRun run =
          CommandLineRun.of(
              command + " --load %s --current %s --output %s",
              loads,
              current,
              folder.resolve("new.json"));
      assertTrue(Set.of(0, 2, 3).contains(run.code()), run.err());
      assertTrue(run.err().lines().count() == 1 || run.code() == 0, run.err());
      assertHolds(load, loads);
      assertHolds(map, current);
      assertEquals(
          run.code() == 0
              ? Set.of("load.json", "current.json", "new.json")
              : Set.of("load.json", "current.json"),
          names(folder));
    } finally {
      delete(folder);
    }
  }

  @Provide
  Arbitrary<String> elasticCommands() {
    return Arbitraries.of(
        "repair --failed 1",
        "repair --failed 1 --ranks 2",
        "repair --failed 0,1 --ranks 4",
        "rescale --ranks 3",
        "rescale --ranks 3 --current-ranks 2",
        "rescale --ranks 1 --slots 4 --leaving 0",
        "rescale --ranks 1");
  }

  @Property(tries = TRIES)
  void noCheckChangesAConfigurationOrTheMapsThatItNames(
      @ForAll("configurations") String configuration, @ForAll("maps") String map)
      throws IOException {
    Path folder = Files.createTempDirectory("untouched");
    try {
      Path named = Files.writeString(folder.resolve("map.json"), map);
      String whole =
          "expert_map_path: " + named + "\nexpert_map_record_path: " + named + "\n" + configuration;
      Path config = Files.writeString(folder.resolve("eplb.yaml"), whole);
      CommandLineRun check = CommandLineRun.of("config check %s", config);
      assertTrue(check.code() == 0 || check.code() == 2, check.err());
      assertHolds(whole, config);
      assertHolds(map, named);
      CommandLineRun verify = CommandLineRun.of("verify %s", named);
      assertTrue(verify.code() == 0 || verify.code() == 2, verify.err());
      assertHolds(map, named);
      assertEquals(Set.of("map.json", "eplb.yaml"), names(folder));
    } finally {
      delete(folder);
    }
  }

  @Provide
  Arbitrary<String> loads() {
    return Arbitraries.oneOf(
        Arbitraries.of("[[1,2,3,4]]", "[[5,0,0,1]]", "[[1,2,3]]", "[[1,2,3,NaN]]", "[[]]"),
        garbage());
  }

  @Provide
  Arbitrary<String> configurations() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "dynamic_eplb: true\n",
            "num_redundant_experts: 2\n",
            "num_redundant_experts: -1\n",
            "eplb_policy: global\n",
            "eplb_policy: nobody\n",
            "{eplb_policy: default, policy_options: {exact-reference: 3}}\n"),
        garbage());
  }

  @Provide
  Arbitrary<String> maps() {
    String valid =
        "{\"moe_layer_count\":1,\"layer_list\":[{\"layer_id\":0,\"device_count\":2,\"device_list\":"
            + "[{\"device_id\":0,\"device_expert\":[0,1]},{\"device_id\":1,\"device_expert\":[2,3]}]}]}";
    return Arbitraries.oneOf(
        Arbitraries.of(
            valid,
            valid.replace("[2,3]", "[2,2]"),
            valid.replace("[2,3]", "[2]"),
            "{\"physical_to_logical_map\": [[0,1,2,3]]}"),
        garbage());
  }

  private static Arbitrary<String> garbage() {
    return Arbitraries.strings()
        .withChars("[]{}:,.\"-0123456789enaE \n\t\\#&*!|>%@`'é\u0000")
        .ofMaxLength(60);
  }

  private static void assertHolds(String content, Path file) throws IOException {
    assertArrayEquals(content.getBytes(StandardCharsets.UTF_8), Files.readAllBytes(file));
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(file.toFile().getName()));
    }
    return names;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
