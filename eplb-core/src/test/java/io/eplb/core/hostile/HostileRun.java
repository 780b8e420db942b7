package io.eplb.core.hostile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.context.AllocatedBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * The attack on one reader: damaged inputs by seed, each judged by what the reader does.
 *
 * <p>A reader may take an input or refuse it in one line for people. It may do nothing else: throw
 * another exception, overflow the stack, or take memory out of proportion to the input. The input
 * that is being read stands in {@code target/hostile}, so that it is known if a reader never comes
 * back; one that fails the test stays there, and the failure says how to repeat it.
 *
 * <p>{@code -Deplb.hostile.inputs=N} asks for N inputs in place of 10,000, {@code
 * -Deplb.hostile.first=SEED} for those from a seed on, {@code -Deplb.hostile.format=NAME} for one
 * format alone.
 */
public final class HostileRun {
  private static final int INPUTS = Integer.getInteger("eplb.hostile.inputs", 10_000);
  private static final long FIRST = Long.getLong("eplb.hostile.first", 0);
  private static final String FORMAT = System.getProperty("eplb.hostile.format", "");

  /** Buffers of a fixed size that a reader may take for the smallest input. */
  private static final long FIXED_MEMORY = 4L << 20;

  /** A byte of text may become an object; more is out of proportion. */
  private static final long MEMORY_PER_BYTE = 1 << 10;

  /** A byte of DEFLATE may become 1,032 numbers, which a value type copies. */
  private static final long MEMORY_PER_PACKED_BYTE = 20L << 10;

  private static final int LONGEST_MESSAGE = 1_500;

  /** Names of Java classes, which are no words for people. */
  private static final Pattern CLASS_NAME =
      Pattern.compile(
          "\\b(?:java|javax|jdk|sun|com|org|io)\\.[a-z0-9]+\\.\\w+|\\b[A-Z]\\w*(?:Exception|Error)\\b"
              + "|\\[[BIJD]@|@[0-9a-f]{6,8}\\b");

  /** Words of the input itself. */
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

  private final Class<?> test;
  private final String format;
  private final int inputs;
  private int taken;

  /**
   * Starts an attack.
   *
   * @param test the class that makes it
   * @param format the name of the format
   * @param share the part of all inputs that it gets: one in so many
   */
  public HostileRun(Class<?> test, String format, int share) {
    this.test = test;
    this.format = format;
    this.inputs = !FORMAT.isEmpty() ? INPUTS : Math.max(1, INPUTS / share);
  }

  /** The input of a seed. */
  @FunctionalInterface
  public interface Inputs {
    /** Returns an input that depends on nothing but the random numbers. */
    Input of(Random random) throws IOException;
  }

  /** An input and its reader. */
  public interface Input {
    /** Returns how many bytes it has. */
    long size();

    /** Returns how many bytes its reader may allocate. */
    long mostMemory();

    /** Writes it into a folder, to be read from there or to be looked at. */
    void write(Path folder) throws IOException;

    /**
     * Reads it.
     *
     * @return the message of the refusal; empty if it was taken
     * @throws Exception if the reader does what it may not
     */
    String read() throws Exception;

    /** Returns the words that name the input in a message; empty if it has no name. */
    String named();
  }

  /** Returns how many bytes a reader may allocate for an input. */
  static long mostMemory(long size, boolean packed) {
    return FIXED_MEMORY + size * (packed ? MEMORY_PER_PACKED_BYTE : MEMORY_PER_BYTE);
  }

  /** Makes the attack. */
  public void attack(Inputs of) throws Exception {
    if (!FORMAT.isEmpty() && !FORMAT.equals(format)) {
      return;
    }
    for (long seed = FIRST; seed < FIRST + inputs; seed++) {
      Input input = of.of(new Random(seed * 0x9e3779b97f4a7c15L + format.hashCode()));
      try {
        input.write(folder(""));
        taken += judge(input) ? 1 : 0;
      } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError wrong) {
        input.write(folder("-" + seed));
        throw new AssertionError(
            "%s, seed %s, %s: repeat it with%n  mvn -o -pl eplb-core -am test -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false -Deplb.hostile.format=%s -Deplb.hostile.first=%s -Deplb.hostile.inputs=1"
                .formatted(format, seed, wrong, test.getSimpleName(), format, seed),
            wrong);
      }
    }
    Files.writeString(folder("").resolveSibling(format + ".txt"), this + "\n");
    assertTrue(inputs < 100 || (taken > 0 && taken < inputs), this::toString);
  }

  /** Returns a folder of the build for inputs of this format. */
  private Path folder(String suffix) {
    return Path.of("target", "hostile", format + suffix);
  }

  private static boolean judge(Input input) throws Exception {
    long before = AllocatedBytes.ofThisThread();
    String refusal = input.read();
    long memory = AllocatedBytes.ofThisThread() - before;
    assertTrue(
        memory <= input.mostMemory(),
        () -> "takes %s bytes for an input of %s".formatted(memory, input.size()));
    if (refusal.isEmpty()) {
      return true;
    }
    requireForPeople(refusal);
    assertTrue(refusal.contains(input.named()), () -> "does not name the input: " + refusal);
    return false;
  }

  /** Checks that a message is one line of moderate length, without names of classes. */
  private static void requireForPeople(String message) {
    assertTrue(
        message.codePoints().noneMatch(HostileRun::breaksLines),
        () -> "is not one line: " + message);
    assertTrue(message.length() <= LONGEST_MESSAGE, () -> "is long: " + message);
    assertTrue(
        !CLASS_NAME.matcher(QUOTED.matcher(message).replaceAll("")).find(),
        () -> "names a class: " + message);
    assertTrue(
        StandardCharsets.UTF_8.newEncoder().canEncode(message),
        () -> "cannot be written: " + message);
  }

  private static boolean breaksLines(int character) {
    return Character.isISOControl(character)
        || Character.getType(character) == Character.LINE_SEPARATOR
        || Character.getType(character) == Character.PARAGRAPH_SEPARATOR
        || Character.getType(character) == Character.FORMAT;
  }

  @Override
  public String toString() {
    return "%s: %s inputs, %s taken, %s refused".formatted(format, inputs, taken, inputs - taken);
  }
}
