package io.eplb.core.isolation;

import io.eplb.api.EplbPolicy;
import io.eplb.api.LayerEnd;
import io.eplb.api.Rebalance;
import io.eplb.core.foreign.ContextLoader;
import io.eplb.core.foreign.PolicyDeclaration;
import io.eplb.core.parallel.CancellableRunner;
import io.eplb.core.parallel.LayerWorkers;
import io.eplb.core.registry.PolicyRegistry;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The program of a policy's own process: answers the questions on its standard input until that
 * ends. It is started by {@link ProcessIsolation}.
 *
 * <p>It uses copies of both descriptors, made before any code of the policy runs; {@link System#in}
 * is empty and {@link System#out} leads to standard error.
 */
public final class PolicyProcess {
  /** The exit code after a failure outside the policy. */
  private static final int BROKEN = 70;

  private final FrameChannel channel;
  private final BlockingQueue<Frame> questions = new LinkedBlockingQueue<>();
  private @Nullable EplbPolicy policy;
  private @Nullable PolicyDeclaration declaration;
  private @Nullable LayerWorkers workers;
  private int processors;

  private PolicyProcess(FrameChannel channel) {
    this.channel = channel;
  }

  /** Serves until standard input ends; the arguments are ignored. */
  public static void main(String[] arguments) {
    int code = BROKEN;
    try {
      PolicyProcess process = new PolicyProcess(new FrameChannel(privateInput(), privateOutput()));
      System.setIn(InputStream.nullInputStream());
      System.setOut(System.err);
      Thread reader = new Thread(process::read, "eplb-questions");
      reader.setDaemon(true);
      reader.start();
      process.serve();
      code = 0;
    } catch (IOException | InterruptedException lost) {
      // The parent has gone or has closed its end.
      code = 0;
    } finally {
      // Without the policy's shutdown hooks, which may never end.
      Runtime.getRuntime().halt(code);
    }
  }

  private static InputStream privateInput() {
    try {
      return new BufferedInputStream(new FileInputStream("/dev/fd/0"));
    } catch (IOException unsupported) {
      return new BufferedInputStream(new FileInputStream(FileDescriptor.in));
    }
  }

  private static OutputStream privateOutput() {
    try {
      return new FileOutputStream("/dev/fd/1");
    } catch (IOException unsupported) {
      return new FileOutputStream(FileDescriptor.out);
    }
  }

  /** Reads ahead, so that the end of the input ends this process whatever the policy does. */
  private void read() {
    try {
      while (true) {
        questions.add(channel.read(Frame.MAX_LENGTH));
      }
    } catch (EOFException ended) {
      Runtime.getRuntime().halt(0);
    } catch (IOException broken) {
      Runtime.getRuntime().halt(BROKEN);
    } finally {
      // The policy has stopped this thread: nothing could be asked any more.
      Runtime.getRuntime().halt(BROKEN);
    }
  }

  private void serve() throws IOException, InterruptedException {
    Frame question;
    do {
      question = questions.take();
      channel.write(answer(question));
      // The policy may have left the flag set; the next call must not see it.
      Thread.interrupted();
    } while (question.kind() != Frame.Kind.CLOSE);
  }

  private Frame answer(Frame question) throws MalformedFrameException {
    try {
      return switch (question.kind()) {
        case LOAD -> load(PolicyCodec.readLoad(question));
        case PLAN -> plan(question);
        case LAYERS_ENDED -> layersEnded(LayerEndCodec.read(question));
        case CLOSE -> close();
        default -> throw new MalformedFrameException(question.kind() + " is no question");
      };
    } catch (MalformedFrameException broken) {
      throw broken;
    } catch (Throwable thrown) {
      // Virtual machine errors too: the process that asked decides what becomes of this one.
      return FailureCodec.write(thrown);
    }
  }

  private Frame load(PolicyCodec.Load load) {
    load.properties().forEach(System::setProperty);
    EplbPolicy loaded = PolicyRegistry.load(load.policy());
    PolicyDeclaration declared = PolicyDeclaration.of(loaded);
    policy = loaded;
    declaration = declared;
    processors = load.processors();
    workers = new LayerWorkers(processors, loaded.getClass().getClassLoader());
    return PolicyCodec.write(declared);
  }

  private Frame layersEnded(List<LayerEnd> ends) throws MalformedFrameException {
    EplbPolicy told = loaded();
    return done(told, () -> ends.forEach(told::layerEnded));
  }

  private Frame close() {
    EplbPolicy closed = policy;
    return closed == null ? Frame.of(Frame.Kind.DONE) : done(closed, closed::close);
  }

  private static Frame done(EplbPolicy policy, Runnable call) {
    return ContextLoader.within(
        policy.getClass().getClassLoader(),
        () -> {
          call.run();
          return Frame.of(Frame.Kind.DONE);
        });
  }

  private EplbPolicy loaded() throws MalformedFrameException {
    EplbPolicy loaded = policy;
    if (loaded == null) {
      throw new MalformedFrameException("no policy was loaded");
    }
    return loaded;
  }

  private Frame plan(Frame frame) throws MalformedFrameException {
    EplbPolicy asked = loaded();
    PolicyDeclaration declared = declaration;
    LayerWorkers helpers = workers;
    if (declared == null || helpers == null) {
      throw new MalformedFrameException("no policy was loaded");
    }
    CancellableRunner runner = helpers.newRunner();
    QuestionCodec.Question question = QuestionCodec.read(frame, declared.options(), runner);
    ClassLoader loader = asked.getClass().getClassLoader();
    try {
      Rebalance answer =
          ContextLoader.within(
              loader,
              () ->
                  asked.rebalanceExperts(
                      question.table(), question.workload(), question.context()));
      return answered(answer);
    } finally {
      boolean occupied = !helpers.idle();
      runner.cancel();
      if (occupied) {
        // A thread of the policy is still running layers; it must not delay the next plan.
        helpers.close();
        workers = new LayerWorkers(processors, loader);
      }
    }
  }

  @SuppressWarnings("ConstantValue") // A policy may be compiled without null checks.
  private static Frame answered(Rebalance answer) {
    return answer == null ? Frame.of(Frame.Kind.NULL) : AnswerCodec.write(answer);
  }
}
