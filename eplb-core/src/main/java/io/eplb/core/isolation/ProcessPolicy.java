package io.eplb.core.isolation;

import io.eplb.api.EplbPolicy;
import io.eplb.api.ExpertTable;
import io.eplb.api.ExpertWorkload;
import io.eplb.api.LayerEnd;
import io.eplb.api.PolicyContext;
import io.eplb.api.PolicyOption;
import io.eplb.api.PolicyTraits;
import io.eplb.api.Rebalance;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.foreign.PolicyDeclaration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy that runs in a process of its own, as this process sees it. After its process has ended,
 * the next question starts another one.
 *
 * <p>An interrupt of the thread that waits for an answer kills the process. So who gives up a call
 * at its deadline, as {@link io.eplb.core.contract.GuardedPolicy} does, ends the policy's work with
 * it.
 */
final class ProcessPolicy implements EplbPolicy {
  /** The most bytes of a declaration or a failure. */
  private static final int MAX_DECLARATION = 1 << 24;

  private static final int BYTES_OF_A_SLOT = 32;

  private final ProcessIsolation isolation;
  private final Frame load;
  private volatile @Nullable ChildProcess process;
  private final PolicyDeclaration declaration;

  /** The ends that the policy has not been told; the policy's thread alone uses the list. */
  private final List<LayerEnd> ends = new ArrayList<>();

  /** Starts a process, loads the policy and reads its declaration. */
  ProcessPolicy(ProcessIsolation isolation, PolicyCodec.Load load) {
    this.isolation = isolation;
    this.load = PolicyCodec.write(load);
    ChildProcess started = ChildProcess.start(isolation.command());
    this.process = started;
    this.declaration = loaded(started);
  }

  private PolicyDeclaration loaded(ChildProcess child) {
    return read(
        child, child.ask(load, MAX_DECLARATION), Frame.Kind.DECLARED, PolicyCodec::readDeclaration);
  }

  @Override
  public String name() {
    return declaration.name();
  }

  @Override
  public List<PolicyOption<?>> options() {
    return declaration.options();
  }

  @Override
  public PolicyTraits traits() {
    return declaration.traits();
  }

  @Override
  @SuppressWarnings("NullAway") // A null of the policy is passed on as it is.
  public Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context) {
    ChildProcess child = running();
    tellEnds(child);
    Frame answer =
        child.ask(
            QuestionCodec.write(currentExpertTable, expertWorkload, context),
            maxAnswer(currentExpertTable));
    return answer.kind() == Frame.Kind.NULL
        ? null
        : read(
            child,
            answer,
            Frame.Kind.ANSWERED,
            frame -> AnswerCodec.read(frame, currentExpertTable));
  }

  private static int maxAnswer(ExpertTable table) {
    long slots = (long) table.layers() * table.physicalExperts();
    return (int) Math.min(Frame.MAX_LENGTH, MAX_DECLARATION + slots * BYTES_OF_A_SLOT);
  }

  private ChildProcess running() {
    ChildProcess child = process;
    if (child == null || !child.alive()) {
      // It would have been told of plans that the new one never made.
      ends.clear();
      child = ChildProcess.start(isolation.command());
      process = child;
      String name = loaded(child).name();
      if (!name.equals(name())) {
        child.kill();
        throw failure("its name is %s, and was %s".formatted(name, name()));
      }
    }
    return child;
  }

  private static <T> T read(
      ChildProcess child, Frame answer, Frame.Kind expected, Reading<T> reading) {
    try {
      if (answer.kind() == Frame.Kind.FAILED) {
        throw FailureCodec.read(answer);
      }
      if (answer.kind() != expected) {
        throw new MalformedFrameException(answer.kind() + " is no answer to this question");
      }
      return reading.read(answer);
    } catch (MalformedFrameException malformed) {
      child.kill();
      throw failure("its process broke the protocol: " + malformed.getMessage());
    }
  }

  private static ForeignFailure failure(String reason) {
    return ForeignFailure.retold(ProcessPolicy.class.getName(), reason);
  }

  /** Notes the end; the policy is told before its next call and before its end. */
  @Override
  public void layerEnded(LayerEnd end) {
    ends.add(end);
  }

  /** Closes the policy and ends its process. */
  @Override
  public void close() {
    ChildProcess child = process;
    if (child != null && child.alive()) {
      try {
        tellEnds(child);
        tell(child, Frame.of(Frame.Kind.CLOSE));
      } finally {
        child.kill();
      }
    }
  }

  /** One message for all: a layer each would take longer than many plans. */
  private void tellEnds(ChildProcess child) {
    List<LayerEnd> told = List.copyOf(ends);
    ends.clear();
    if (!told.isEmpty()) {
      tell(child, LayerEndCodec.write(told));
    }
  }

  private static void tell(ChildProcess child, Frame message) {
    Frame unused =
        read(child, child.ask(message, MAX_DECLARATION), Frame.Kind.DONE, frame -> frame);
  }

  /** Reads the content of an answer. */
  private interface Reading<T> {
    T read(Frame frame) throws MalformedFrameException;
  }
}
