package io.eplb.zookeeper;

import io.eplb.core.argument.Require;
import io.eplb.core.cluster.Candidate;
import io.eplb.core.cluster.Connection;
import io.eplb.core.cluster.Contribution;
import io.eplb.core.cluster.GroupListener;
import io.eplb.core.cluster.GroupListeners;
import io.eplb.core.cluster.GroupListeners.Subscription;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.GroupUnavailableException;
import io.eplb.core.cluster.Leadership;
import io.eplb.core.cluster.Member;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.cluster.Standing;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;

/**
 * The group of ranks in ZooKeeper, as the package says. Members and the leader are there as long as
 * the session of their process. All state belongs to the connection's thread, on which stages
 * complete and listeners are called.
 */
public final class ZooKeeperRankGroup implements RankGroup {
  /** The most ranks of a group; their names fit into one answer of ZooKeeper. */
  public static final int MAX_WORLD_SIZE = 8_192;

  private final ZooKeeperConnection connection;
  private final Requests requests;
  private final GroupListeners listeners = new GroupListeners();
  private final Members members;
  private final Election election;
  private final Look memberLook;
  private final Look leaderLook;
  private final PersistentWatcher memberWatcher;
  private final PersistentWatcher leaderWatcher;
  private final ConnectionStateListener connectionListener;
  private final Removals removals = new Removals();
  private final Set<ZooKeeperMember> own = new LinkedHashSet<>();
  private Connection state = Connection.CONNECTED;

  private long session = ZooKeeperConnection.NO_SESSION;

  /** The number of sessions that this process has lost. */
  private long lostSessions;

  private boolean closed;

  private ZooKeeperRankGroup(ZooKeeperConnection connection) {
    this.connection = connection;
    requests = connection.requests();
    members = new Members(requests, connection.path("members"), listeners);
    election =
        new Election(requests, connection.path("epoch"), connection.path("leader"), listeners);
    memberLook = new Look(members::look);
    leaderLook = new Look(election::look);
    memberWatcher = watcher(members.path(), memberLook);
    leaderWatcher = watcher(election.leaderPath(), leaderLook);
    connectionListener = (client, next) -> connection.later(() -> changed(next));
    listeners.add(
        new Subscription(
            new GroupListener() {
              @Override
              public void left(Member member) {
                own.forEach(ZooKeeperMember::anotherLeft);
              }
            }));
  }

  private PersistentWatcher watcher(String path, Look look) {
    PersistentWatcher watcher = new PersistentWatcher(connection.client(), path, false);
    watcher
        .getListenable()
        .addListener(
            event -> {
              if (event.getType() != EventType.None) {
                connection.later(look::again);
              }
            });
    // Also when the connection is back.
    watcher.getResetListenable().addListener(() -> connection.later(look::again));
    return watcher;
  }

  /**
   * Opens the group; it completes when the members are known. Fails with a {@link
   * GroupUnavailableException} if ZooKeeper does not answer.
   */
  public static CompletionStage<RankGroup> open(ZooKeeperConnection connection) {
    Requests requests = connection.requests();
    ZooKeeperRankGroup group = new ZooKeeperRankGroup(connection);
    CompletableFuture<Void> ready =
        requests
            .ensure(group.members.path())
            .thenCompose(made -> requests.ensure(connection.path("gatherings")))
            .thenCompose(made -> requests.ensure(connection.path("contributions")))
            .thenCompose(made -> requests.ensure(connection.path("outcomes")))
            .thenCompose(made -> ensureEpoch(requests, connection.path("epoch")))
            .thenCompose(made -> group.start());
    return connection
        .known(ready, GroupUnavailableException::new)
        .thenApply(started -> (RankGroup) group)
        .whenComplete(
            (started, failure) -> {
              if (failure != null) {
                group.close(); // Who asks again gets another one.
              }
            });
  }

  private static CompletableFuture<Void> ensureEpoch(Requests requests, String path) {
    return Requests.unless(
        requests
            .create(path, "0".getBytes(StandardCharsets.UTF_8), CreateMode.PERSISTENT)
            .thenAccept(created -> {}),
        Code.NODEEXISTS,
        () -> CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<Void> start() {
    connection.client().getConnectionStateListenable().addListener(connectionListener);
    memberWatcher.start();
    leaderWatcher.start();
    session = connection.session();
    return lookAtAll();
  }

  private CompletableFuture<Void> lookAtAll() {
    return memberLook.again().thenCompose(seen -> leaderLook.again()).toCompletableFuture();
  }

  private void changed(ConnectionState next) {
    switch (next) {
      case SUSPENDED -> become(Connection.SUSPENDED);
      case LOST -> lose();
      case CONNECTED, RECONNECTED -> comeBack();
      case READ_ONLY -> {} // never asked for
    }
  }

  private void become(Connection next) {
    if (state != next) {
      state = next;
      listeners.tellAll(listener -> listener.connection(next));
    }
  }

  /** Gives up all that was there as long as the session. */
  private void lose() {
    lostSessions++;
    session = ZooKeeperConnection.NO_SESSION;
    List<ZooKeeperMember> lost = List.copyOf(own);
    own.clear();
    for (ZooKeeperMember member : lost) {
      member.end("the session of " + member + " has expired; join again");
      removeZnode(member); // the servers may not know yet
    }
    for (Standing candidate : election.standing()) {
      election.remove(candidate, "the session has expired; stand anew");
      removals.add(() -> election.withdraw(candidate));
    }
    become(Connection.LOST);
  }

  /** Reads what has happened meanwhile, then tells that the connection is back. */
  private void comeBack() {
    long now = connection.session();
    if (session != ZooKeeperConnection.NO_SESSION && session != now) {
      lose(); // it has expired so late that nobody said so
    }
    session = now;
    removals.retry();
    long lostBefore = lostSessions;
    Requests.alone(
        lookAtAll()
            .thenRun(
                () -> {
                  if (lostBefore == lostSessions
                      && connection.client().getZookeeperClient().isConnected()) {
                    become(Connection.CONNECTED);
                  }
                }));
  }

  @Override
  public CompletionStage<GroupMember> join(
      int rank, int worldSize, long incarnation, String address) {
    Require.inRange("world size", worldSize, 1, MAX_WORLD_SIZE);
    Member claim =
        new Member(
            ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE),
            rank,
            worldSize,
            incarnation,
            address);
    return ask(joined -> join(claim, joined));
  }

  private void join(Member claim, CompletableFuture<GroupMember> joined) {
    long lostBefore = lostSessions;
    String path = members.path(MemberName.of(claim));
    Requests.alone(
        requests
            .create(path, MemberContent.write(claim), CreateMode.EPHEMERAL)
            .whenComplete(
                (created, failure) -> {
                  if (failure == null && lostBefore == lostSessions && !closed) {
                    ZooKeeperMember member = new ZooKeeperMember(this, claim);
                    own.add(member);
                    joined.complete(member);
                    return;
                  }
                  // It may be there all the same.
                  removals.add(() -> gone(path));
                  joined.completeExceptionally(
                      failure != null
                          ? Requests.cause(failure)
                          : new GroupUnavailableException(
                              "the session expired while " + claim + " joined; join again"));
                }));
  }

  private CompletableFuture<Void> gone(String path) {
    return Requests.unless(
        requests.delete(path), Code.NONODE, () -> CompletableFuture.completedFuture(null));
  }

  @Override
  public Candidate stand(String address) {
    Member.requireAddress(address);
    Standing standing =
        new Standing(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE), address);
    submit(
        () -> {
          election.add(standing);
          leaderLook.again();
        },
        reason -> standing.lose(reason));
    return new Candidate() {
      @Override
      public CompletionStage<Leadership> elected() {
        return standing.elected();
      }

      @Override
      public void close() {
        submit(() -> resign(standing), reason -> standing.lose(reason));
      }
    };
  }

  private void resign(Standing standing) {
    election.remove(standing, "the candidate has resigned; stand anew");
    removals.add(() -> election.withdraw(standing));
  }

  @Override
  public List<Member> members() {
    return members.snapshot();
  }

  @Override
  public Watch listen(GroupListener listener) {
    Subscription subscription = new Subscription(listener);
    submit(
        () -> listeners.add(subscription, state, members.snapshot(), election.leader()),
        reason -> {});
    return () -> {
      subscription.end();
      submit(() -> listeners.remove(subscription), reason -> {});
    };
  }

  /**
   * Leaves with all members and candidates. The connection stays open; what cannot be removed goes
   * with its session.
   */
  @Override
  public void close() {
    submit(
        () -> {
          List.copyOf(own).forEach(this::leaveNow);
          election.standing().forEach(this::resign);
          closed = true;
          connection.client().getConnectionStateListenable().removeListener(connectionListener);
          memberWatcher.close();
          leaderWatcher.close();
        },
        reason -> {});
  }

  Gathering gathering(String name, Contribution said) {
    return new Gathering(connection, members, name, said);
  }

  void leave(ZooKeeperMember member) {
    submit(() -> leaveNow(member), reason -> {});
  }

  private void leaveNow(ZooKeeperMember member) {
    if (own.remove(member)) {
      member.end(member + " has left the group; join again");
      removeZnode(member);
    }
  }

  private void removeZnode(ZooKeeperMember member) {
    removals.add(() -> gone(members.path(MemberName.of(member.claim()))));
  }

  /** Makes a request on the connection's thread; it fails if the group is closed. */
  <T> CompletionStage<T> ask(Consumer<CompletableFuture<T>> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    submit(
        () -> request.accept(answer),
        reason -> answer.completeExceptionally(new GroupUnavailableException(reason)));
    return connection.known(answer, GroupUnavailableException::new).minimalCompletionStage();
  }

  private void submit(Runnable task, Consumer<String> refused) {
    String reason = "the group is closed";
    try {
      connection
          .thread()
          .execute(
              () -> {
                if (closed) {
                  refused.accept(reason);
                } else {
                  task.run();
                }
              });
    } catch (RejectedExecutionException ended) {
      refused.accept(reason);
    }
  }
}
