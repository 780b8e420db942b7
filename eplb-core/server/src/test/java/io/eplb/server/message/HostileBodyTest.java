package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.eplb.api.InvalidInputException;
import io.eplb.core.context.AllocatedBytes;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import io.eplb.server.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Damaged bodies by the thousand. Each becomes a question or a refusal of one line, and takes
 * bounded memory. The system property {@code eplb.bodies} asks for more of them.
 */
class HostileBodyTest {
  private static final int BODIES = Integer.getInteger("eplb.bodies", 10_000);

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

  @Test
  void everyDamagedBodyIsAQuestionOrIsRefusedInOneLineWithinBoundedMemory()
      throws ReflectiveOperationException {
    List<byte[]> whole = wholeBodies();
    int questions = 0;
    for (int seed = 0; seed < BODIES; seed++) {
      Random random = new Random(seed);
      byte[] body = whole.get(seed % whole.size());
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        body = damaged(body, whole, random);
      }
      String type =
          new String[] {"", "application/json", "application/x-npz", "text/plain"}
              [random.nextInt(4)];
      questions += readWithinBounds(seed, type.isEmpty() ? null : type, body) ? 1 : 0;
    }
    assertTrue(questions > 0 && questions < BODIES / 2, questions + " of " + BODIES);
  }

  private static boolean readWithinBounds(int seed, @Nullable String type, byte[] body)
      throws ReflectiveOperationException {
    long before = AllocatedBytes.ofThisThread();
    boolean question = read(seed, type, body);
    long taken = AllocatedBytes.ofThisThread() - before;
    assertTrue(taken < MOST_MEMORY, () -> "seed " + seed + " takes " + taken + " bytes");
    return question;
  }

  private static boolean read(int seed, @Nullable String type, byte[] body) {
    try {
      PlanMessage.read("g", Map.of(), type, body);
      return true;
    } catch (InvalidInputException refusal) {
      requireOneLine(seed, ProblemException.of(refusal));
    } catch (ProblemException refusal) {
      requireOneLine(seed, refusal);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError bug) {
      fail("seed " + seed, bug);
    }
    return false;
  }

  private static void requireOneLine(int seed, ProblemException refusal) {
    String line = refusal.detail();
    assertTrue(
        STATUSES.contains(refusal.status())
            && line.length() < 600
            && line.codePoints().noneMatch(Character::isISOControl),
        () -> "seed " + seed + ", " + refusal.status() + ": " + line);
  }

  private static byte[] damaged(byte[] body, List<byte[]> others, Random random) {
    if (body.length < 2) {
      return body;
    }
    byte[] copy = body.clone();
    int from = random.nextInt(body.length);
    int to = from + 1 + random.nextInt(Math.min(16, body.length - from));
    return switch (random.nextInt(7)) {
      case 0 -> {
        copy[from] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      case 1 -> Arrays.copyOf(copy, from);
      case 2 -> {
        Arrays.fill(copy, from, to, (byte) (random.nextBoolean() ? 0xff : 0));
        yield copy;
      }
      case 3 -> concatenated(Arrays.copyOf(body, from), Arrays.copyOfRange(body, to, body.length));
      case 4 -> {
        // The last bytes hold the directory, whose fields matter most.
        int at = Math.max(0, body.length - 1 - random.nextInt(150));
        copy[at] = (byte) random.nextInt();
        yield copy;
      }
      case 5 -> {
        int other = random.nextInt(body.length - (to - from) + 1);
        System.arraycopy(body, other, copy, from, to - from);
        System.arraycopy(body, from, copy, other, to - from);
        yield copy;
      }
      default -> {
        byte[] other = others.get(random.nextInt(others.size()));
        yield concatenated(
            Arrays.copyOf(body, from),
            Arrays.copyOfRange(other, Math.min(from, other.length), other.length));
      }
    };
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
