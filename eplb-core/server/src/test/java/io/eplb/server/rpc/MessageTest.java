package io.eplb.server.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.record.SwitchName;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.Preparation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Messages between processes, whole and damaged. */
class MessageTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final List<Operation<?, ?>> ALL =
      List.of(
          RankOperations.JOIN,
          RankOperations.PREPARE,
          RankOperations.NEXT_STEP,
          RankOperations.PROMISE,
          RankOperations.OUTCOME,
          RankOperations.SWITCHED,
          RankOperations.RELEASE,
          MeasureOperations.STEPS,
          MeasureOperations.LOADS);

  private static byte[] example() {
    return RankOperations.PREPARE.ask(
        SECOND,
        new RankOperations.Prepare(
            7,
            new Preparation(
                3, 4, 5, new LayerRow(new int[] {1, 0, 2}, null), List.of(), List.of())));
  }

  @Property
  void numbersAreReadAsTheyWereWritten(@ForAll @LongRange(min = 0) long value) {
    byte[] bytes = new MessageWriter().number(value).toBytes();
    MessageReader reader = new MessageReader(bytes);
    assertEquals(value, reader.number("it"));
    reader.end();
  }

  @Test
  void everyCutOfAQuestionIsRefused() {
    byte[] whole = example();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(
          InvalidInputException.class, () -> RankOperations.PREPARE.asked(cut), "at " + length);
    }
    assertThrows(
        InvalidInputException.class,
        () -> RankOperations.PREPARE.asked(Arrays.copyOf(whole, whole.length + 1)));
  }

  @Property
  void anyBytesAreAMessageOrAreRefused(@ForAll byte[] bytes) {
    refusedOrRead(bytes);
  }

  @Property
  void aDamagedQuestionIsAQuestionOrIsRefused(@ForAll int seed) {
    Random random = new Random(seed);
    byte[] bytes = example();
    for (int damage = random.nextInt(3); damage >= 0; damage--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    refusedOrRead(bytes);
  }

  private static void refusedOrRead(byte[] bytes) {
    for (Operation<?, ?> operation : ALL) {
      for (boolean question : new boolean[] {true, false}) {
        try {
          Object read = question ? operation.asked(bytes) : operation.answered(bytes);
          assertTrue(read.toString().length() > 0);
        } catch (InvalidInputException refused) {
          assertTrue(String.valueOf(refused.getMessage()).length() > 10);
        }
      }
    }
  }

  @Test
  void aListThatIsLongerThanTheMessageTakesNoMemory() {
    byte[] bytes = new MessageWriter().number(1 << 30).toBytes();
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> new MessageReader(bytes).list("layers", each -> each.number("one")));
    assertTrue(String.valueOf(refused.getMessage()).contains("the number of layers is 1073741824"));
  }

  @Test
  void aBufferBeyondAllRanksIsRefused() {
    byte[] bytes =
        RankOperations.PREPARE.ask(
            SECOND,
            new RankOperations.Prepare(
                1,
                new Preparation(
                    1,
                    1,
                    0,
                    new LayerRow(new int[] {0, 1}, null),
                    List.of(),
                    List.of(new Preparation.Exchange(0, Integer.MAX_VALUE)))));
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> RankOperations.PREPARE.asked(bytes));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("the buffer is 2147483647"),
        refused.getMessage());
  }

  @Test
  void anotherVersionOfTheProtocolIsNamed() {
    byte[] bytes = example();
    bytes[0] = 2;
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> RankOperations.PREPARE.asked(bytes));
    assertTrue(String.valueOf(refused.getMessage()).contains("run the same eplb everywhere"));
  }

  @Test
  void aMessageNeverGetsLongerThanAllowed() {
    MessageWriter writer = new MessageWriter().bytes(new byte[MessageWriter.MOST_BYTES - 3]);
    assertEquals(MessageWriter.MOST_BYTES, writer.size());
    assertThrows(IllegalStateException.class, () -> writer.number(0));
    assertThrows(IllegalArgumentException.class, () -> new MessageWriter().number(-1));
  }

  @Test
  void aSwitchOfEpochZeroIsRefused() {
    byte[] bytes =
        RankOperations.OUTCOME.ask(
            SECOND, new RankOperations.Outcome(1, new SwitchName(1, 1), true, 5));
    bytes[bytes.length - 4] = 0;
    assertThrows(InvalidInputException.class, () -> RankOperations.OUTCOME.asked(bytes));
  }
}
