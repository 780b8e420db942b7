package io.eplb.core.isolation;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.LayerRunner;
import io.eplb.api.Objective;
import io.eplb.api.Placement;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyOptions;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.api.TransferCosts;
import io.eplb.core.foreign.PolicyDeclaration;
import io.eplb.core.hostile.HostileBytes;
import io.eplb.core.hostile.HostileRun;
import io.eplb.core.registry.PolicyClass;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Damaged messages between the program and a policy's process, most of them with the right
 * checksum, as a policy that means harm would send them: each is read, or refused as malformed.
 */
class HostileFrameTest {
  private static final EpTopology TOPOLOGY = EpTopology.of(4, 3, 1, 2, 2);
  private static final ExpertTable TABLE =
      ExpertTable.of(5, 4, Placement.of(2, 3, 2, new int[] {0, 1, 2, 3, 0, -1, 3, 2, 1, 0, 3, -1}));
  private static final List<Frame.Kind> KINDS = List.of(Frame.Kind.values());
  private static final List<PolicyOption<?>> OPTIONS =
      List.of(
          PolicyOption.integer("depth", 4, -1, 8, "How deep to search.").unrestrictedAt(-1L),
          PolicyOption.decimal("share", 0.25, 0, 1, "Which share."),
          PolicyOption.flag("fast", true, "Less careful."),
          PolicyOption.choice("mode", "b", List.of("a", "b"), "Which mode."),
          PolicyOption.text("label", "x", "A text."));

  private static List<Frame> samples() {
    PolicyContext context =
        PolicyContext.builder(TOPOLOGY)
            .options(PolicyOptions.of(OPTIONS, Map.of("depth", 3L, "label", "ä")))
            .costs(TransferCosts.of(1 << 20, 1e-9, 2e-9))
            .hints(Map.of("zone", "b"))
            .build();
    ExpertWorkload workload =
        ExpertWorkload.of(5, 2, 2, 3, 2, new double[24]).withWeights(new double[] {0.5, 1, 1, 2});
    Rebalance answer =
        Rebalance.builder(new int[] {1, 0}, TABLE.placement())
            .expectedPeak(1, 3.0, 2.0)
            .shares(0, new double[] {1, 1, 1, 1, 0, 0}, 0)
            .sources(1, new int[] {-1, -1, -1, -1, -1, -1}, 0)
            .build();
    PolicyTraits traits =
        PolicyTraits.builder().stateful(true).objective(Objective.OWN_MEASURE).build();
    return List.of(
        QuestionCodec.write(TABLE, workload, context),
        AnswerCodec.write(answer),
        AnswerCodec.write(Rebalance.unchanged(TABLE)),
        FailureCodec.write(new IllegalStateException("no\nplan")),
        LayerEndCodec.write(List.of(LayerEnd.of(1, LayerEnd.Outcome.COMMITTED, 6))),
        PolicyCodec.write(new PolicyDeclaration("acme", OPTIONS, traits)),
        PolicyCodec.write(
            new PolicyCodec.Load(new PolicyClass(Optional.empty(), "a.B"), 2, Map.of("k", "v"))),
        Frame.of(Frame.Kind.DONE),
        Frame.of(Frame.Kind.NULL));
  }

  @Test
  void everyDamagedMessageIsReadOrRefused() throws Exception {
    List<Frame> samples = samples();
    new HostileRun(HostileFrameTest.class, "frames", 10)
        .attack(random -> new HostileBytes(damaged(samples, random), HostileFrameTest::read));
  }

  private static byte[] damaged(List<Frame> samples, Random random) {
    Frame frame = samples.get(random.nextInt(samples.size()));
    byte[] payload = frame.flipped().bytes();
    if (random.nextInt(8) == 0) {
      return HostileBytes.damaged(List.of(wire(frame.kind(), payload)), random);
    }
    Frame.Kind kind =
        random.nextInt(16) == 0 ? KINDS.get(random.nextInt(KINDS.size())) : frame.kind();
    return wire(kind, HostileBytes.damaged(List.of(payload), random));
  }

  /** Returns a message as {@link FrameChannel} describes it. */
  @SuppressWarnings("EnumOrdinal") // As the channel writes it.
  private static byte[] wire(Frame.Kind kind, byte[] payload) {
    CRC32C checksum = new CRC32C();
    checksum.update(payload);
    ByteBuffer wire = ByteBuffer.allocate(16 + payload.length).order(ByteOrder.nativeOrder());
    wire.putInt(0x45504C42).putInt(kind.ordinal()).putInt(payload.length);
    return wire.putInt((int) checksum.getValue()).put(payload).array();
  }

  private static String read(byte[] wire) throws IOException {
    FrameChannel channel =
        new FrameChannel(new ByteArrayInputStream(wire), OutputStream.nullOutputStream());
    try {
      Frame frame = channel.read(1 << 20);
      switch (frame.kind()) {
        case LOAD -> PolicyCodec.readLoad(frame);
        case PLAN -> question(frame);
        case LAYERS_ENDED -> ends(frame);
        case DECLARED -> PolicyCodec.readDeclaration(frame);
        case ANSWERED -> AnswerCodec.read(frame, TABLE);
        case FAILED -> FailureCodec.read(frame);
        case CLOSE, NULL, DONE -> frame.end();
      }
      return "";
    } catch (MalformedFrameException | EOFException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /** Reads a question as the policy's process does, which trusts the program. */
  private static void question(Frame frame) throws MalformedFrameException {
    try {
      QuestionCodec.read(frame, OPTIONS, LayerRunner.sequential());
    } catch (EplbException refused) {
      throw new MalformedFrameException(String.valueOf(refused.getMessage()));
    }
  }

  private static void ends(Frame frame) throws MalformedFrameException {
    try {
      LayerEndCodec.read(frame);
    } catch (EplbException refused) {
      throw new MalformedFrameException(String.valueOf(refused.getMessage()));
    }
  }
}
