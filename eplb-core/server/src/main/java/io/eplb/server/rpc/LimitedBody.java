package io.eplb.server.rpc;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer in memory, which says its length beforehand and is no longer than a
 * message. Of any other nothing is read.
 */
final class LimitedBody implements BodyHandler<byte[]> {
  @Override
  public BodySubscriber<byte[]> apply(ResponseInfo answer) {
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
    return length >= 0 && length <= MessageWriter.MOST_BYTES
        ? BodySubscribers.ofByteArray()
        : new Refused(
            length < 0
                ? "its answer does not say its length"
                : "its answer has %d bytes; none may have more than %d"
                    .formatted(length, MessageWriter.MOST_BYTES));
  }

  private static final class Refused implements BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();

    Refused(String reason) {
      body.completeExceptionally(new RpcException(reason));
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.@Nullable Subscription subscription) {
      if (subscription != null) {
        subscription.cancel();
      }
    }

    @Override
    public void onNext(@Nullable List<ByteBuffer> part) {}

    @Override
    public void onError(@Nullable Throwable failure) {}

    @Override
    public void onComplete() {}
  }
}
