package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import io.eplb.core.hostile.HostileBytes;
import io.eplb.core.hostile.HostileRun;
import io.eplb.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Damaged bodies: each becomes a question or a refusal of one line, and takes bounded memory. */
class HostileBodyTest {
  private static final Map<String, List<String>> SEAT =
      Map.of("rank", List.of("1"), "world", List.of("2"));

  private static final List<String> TYPES =
      List.of("", "application/json", "application/x-npz", "text/plain");

  /** Two arrays of a quarter of a million elements, and room for the rest. */
  private static final long MOST_MEMORY = 8L << 20;

  private static final Set<Integer> STATUSES = Set.of(400, 415, 422);

  private static List<byte[]> wholeBodies() {
    byte[] loads = NumpyBytes.array(">f8", "(2, 3, 8)", new byte[2 * 3 * 8 * Double.BYTES]);
    byte[] workload = NumpyBytes.array("<u2", "(3, 4, 2)", new byte[3 * 4 * 2 * 2]);
    byte[] current = NumpyBytes.array("|i1", "(3, 8)", new byte[3 * 8]);
    List<byte[]> bodies = new ArrayList<>();
    bodies.add(archive().add("load.npy", loads).add("current.npy", current).build());
    bodies.add(archive().add("workload.npy", workload).add("current.npy", current).build());
    for (Trait trait : Trait.values()) {
      bodies.add(
          archive(Trait.DEFLATED, trait)
              .add("load.npy", loads)
              .add("current.npy", current)
              .build());
    }
    bodies.add(archive(Trait.values()).add("workload.npy", workload).build());
    bodies.add(Bodies.json("{\"load\": [[1, 2.5], [3e2, 0]], \"current\": [[[0, 1], [1, -1]]]}"));
    bodies.add(
        Bodies.json(
            "{\"workload\": [[[1], [2]]], \"ranks\": 2, \"options\": {\"a\": \"b\", \"c\": 1},"
                + " \"failed\": [1], \"rank\": 0, \"world\": 1, \"round\": 12}"));
    return bodies;
  }

  private static ArchiveBytes archive(Trait... traits) {
    return new ArchiveBytes(traits);
  }

  @Test
  void everyWholeBodyIsAQuestion() {
    for (byte[] body : wholeBodies()) {
      PlanMessage.read("g", Map.of(), null, body);
    }
  }

  private static List<byte[]> wholeStarts() {
    byte[] current = NumpyBytes.array("<i8", "(1, 2, 2)", NumpyBytes.longs(0, 1, 2, 0));
    String digest = "0123456789abcdef".repeat(4);
    return List.of(
        archive().add("current.npy", current).build(),
        archive(Trait.DEFLATED).add("current.npy", current).build(),
        Bodies.json("{\"current\": [[0, 1, 1, 0]], \"ranks\": 2, \"experts\": 2}"),
        Bodies.json(
            "{\"digests\": [\"%s\"], \"experts\": 3, \"ranks\": 2, \"slots\": 4}"
                .formatted(digest)));
  }

  @Test
  void everyWholeStartIsAStatement() {
    for (byte[] body : wholeStarts()) {
      StartMessage.read("g", SEAT, null, body);
    }
  }

  @Test
  void everyDamagedBodyIsAQuestionOrIsRefusedInOneLineWithinBoundedMemory() throws Exception {
    attack("bodies", 1, wholeBodies(), (type, body) -> PlanMessage.read("g", Map.of(), type, body));
  }

  @Test
  void everyDamagedStartIsAStatementOrIsRefusedInOneLineWithinBoundedMemory() throws Exception {
    attack("starts", 10, wholeStarts(), (type, body) -> StartMessage.read("g", SEAT, type, body));
  }

  /** A reader of bodies, which may come with a media type. */
  private interface BodyReading {
    Object of(@Nullable String type, byte[] body);
  }

  private static void attack(String name, int share, List<byte[]> whole, BodyReading reading)
      throws Exception {
    new HostileRun(HostileBodyTest.class, name, share)
        .attack(
            random -> {
              String type = TYPES.get(random.nextInt(TYPES.size()));
              return new HostileBytes(
                  HostileBytes.damaged(whole, random),
                  body -> read(reading, type.isEmpty() ? null : type, body),
                  MOST_MEMORY);
            });
  }

  private static String read(BodyReading reading, @Nullable String type, byte[] body) {
    try {
      reading.of(type, body);
      return "";
    } catch (InvalidInputException refusal) {
      return detail(ProblemException.of(refusal));
    } catch (ProblemException refusal) {
      return detail(refusal);
    }
  }

  private static String detail(ProblemException refusal) {
    assertTrue(STATUSES.contains(refusal.status()), () -> "has the status " + refusal.status());
    assertTrue(refusal.detail().length() < 600, refusal::detail);
    return refusal.detail();
  }
}
