package io.eplb.server.rpc;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.foreign.FailureReason;
import io.eplb.server.cluster.Arrow;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * The client of other processes' operations. No request waits longer than the limits, whatever the
 * other side does, and no answer may be longer than a message. Nothing is asked twice.
 */
public final class RpcClient implements AutoCloseable {
  private static final int THREADS = 4;

  private final ExecutorService threads;
  private final HttpClient http;
  private final Optional<String> token;
  private final Limits limits;

  /**
   * The time limits of requests.
   *
   * @param answer for an answer that is ready at once, 1 ms to 1 hour
   * @param work for an answer that waits for work, such as copies of weights, 1 ms to 1 hour
   */
  public record Limits(Duration answer, Duration work) {
    /** Limits for ranks in one data centre. */
    public static final Limits DEFAULT = new Limits(Duration.ofSeconds(2), Duration.ofMinutes(1));

    /**
     * Checks the limits.
     *
     * @throws InvalidInputException if one is out of range
     */
    public Limits {
      long most = Operation.LONGEST_WAIT.toMillis();
      Require.inRange("the milliseconds to wait for an answer", answer.toMillis(), 1, most);
      Require.inRange("the milliseconds to wait for work", work.toMillis(), 1, most);
    }
  }

  /**
   * Creates a client.
   *
   * @param token the secret of the service; never sent in the clear to other machines
   * @param tls the certificates that are trusted; those of the JDK if empty
   */
  public RpcClient(Optional<String> token, Optional<SSLContext> tls, Limits limits) {
    this.token = token;
    this.limits = limits;
    threads =
        Executors.newFixedThreadPool(
            THREADS, new ThreadFactoryBuilder().setNameFormat("eplb-rpc").setDaemon(true).build());
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(limits.answer())
            .executor(threads);
    tls.ifPresent(client::sslContext);
    http = client.build();
  }

  /**
   * Makes a request. Returns at once.
   *
   * @return the answer; an {@link RpcException} if there is none, or an {@link InternalException}
   *     if there will never be one
   */
  <Q, A> CompletionStage<A> ask(RpcAddress address, Operation<Q, A> operation, Q question) {
    Duration wait = operation.work() ? limits.work() : limits.answer();
    CompletableFuture<HttpResponse<byte[]>> sent;
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address.resolve(operation.path()))
              .POST(BodyPublishers.ofByteArray(operation.ask(wait, question)));
      token.ifPresent(
          secret -> {
            address.requireProtected();
            request.header("Authorization", "Bearer " + secret);
          });
      Arrow.pass(operation.name() + "-before");
      sent = http.sendAsync(request.build(), new LimitedBody());
    } catch (RuntimeException cannot) {
      return CompletableFuture.failedFuture(failure(address, operation, wait, cannot));
    }
    // The client's own time limit ends with the headers of an answer.
    CompletableFuture<A> answer =
        sent.thenApply(
                response -> {
                  Arrow.pass(operation.name() + "-after");
                  return read(address, operation, response);
                })
            .copy()
            .orTimeout(wait.toMillis(), TimeUnit.MILLISECONDS);
    return answer.exceptionally(
        failure -> {
          sent.cancel(true);
          throw new CompletionException(failure(address, operation, wait, failure));
        });
  }

  private static <A> A read(
      RpcAddress address, Operation<?, A> operation, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status != 200) {
      String reason =
          "%s refuses %s: %s"
              .formatted(address, operation.name(), Problem.words(status, response.body()));
      throw new CompletionException(
          status == OperationRoute.REFUSED_FOR_GOOD
              ? new InternalException(reason)
              : new RpcException(reason));
    }
    try {
      return operation.answered(response.body());
    } catch (InvalidInputException malformed) {
      throw new CompletionException(
          new RpcException(
              "%s answers %s with something else: %s"
                  .formatted(address, operation.name(), malformed.getMessage()),
              malformed));
    }
  }

  private static Throwable failure(
      RpcAddress address, Operation<?, ?> operation, Duration wait, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RpcException || cause instanceof InternalException) {
      return cause;
    }
    String reason =
        cause instanceof TimeoutException || cause instanceof CancellationException
            ? "there is no answer within %d ms".formatted(wait.toMillis())
            : cause instanceof IOException
                ? "it cannot be reached: " + unreachable(cause)
                : FailureReason.words(cause);
    return new RpcException("%s, %s: %s".formatted(address, operation.name(), reason), cause);
  }

  /** The JDK's client does not say why a connection is refused. */
  private static String unreachable(Throwable cause) {
    return cause instanceof ConnectException && cause.getMessage() == null
        ? "no connection is accepted there"
        : FailureReason.words(cause);
  }

  /** Makes no further requests; those under way may never complete. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
