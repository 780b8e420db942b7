package io.eplb.core.engine.shared;

import io.eplb.core.engine.memory.MappedFile;
import io.eplb.core.engine.memory.MappedLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The memory of a gate: in one process, or a file that the processes of an engine and of its agent
 * map. All content is in the file, so a killed process leaves it as it was after its last write.
 *
 * <p>Words that both sides use are read and written with volatile semantics; the areas of bytes
 * between two such accesses are plain. Words that different threads write stand in different cache
 * lines.
 */
public final class GateMemory {
  static final int GATE = 512;
  static final int STEPS = 640;
  static final int WAITING = 768;
  static final int WAITS = 776;
  static final int WAITED_NANOS = 784;
  static final int INCARNATION = 896;
  static final int ENGINE_REASON = 1024;
  static final int AGENT_REASON = ENGINE_REASON + Reason.BYTES;

  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int ALIGNMENT = 64;

  private final GateShape shape;
  private final ByteBuffer bytes;

  private GateMemory(GateShape shape, ByteBuffer bytes) {
    this.shape = shape;
    this.bytes = bytes;
  }

  /** Creates memory of this process. */
  public static GateMemory inProcess(GateShape shape) {
    MappedLayout layout = shape.layout();
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((int) layout.bytes() + ALIGNMENT)
            .alignedSlice(ALIGNMENT)
            .order(ByteOrder.nativeOrder());
    layout.writeTo(bytes);
    return new GateMemory(shape, bytes);
  }

  /**
   * Maps a gate's file; creates it if it is not there. For the engine.
   *
   * @throws io.eplb.api.InvalidInputException if it cannot be created, or another file is there
   */
  public static GateMemory createOrOpen(Path file, GateShape shape) {
    return new GateMemory(shape, MappedFile.createOrOpen(file, shape.layout()));
  }

  /**
   * Maps a gate's file. For the agent.
   *
   * @throws io.eplb.api.InvalidInputException if it is not there, or is another file
   */
  public static GateMemory open(Path file, GateShape shape) {
    return new GateMemory(shape, MappedFile.open(file, shape.layout()));
  }

  /** Returns the sizes of the tables. */
  public GateShape shape() {
    return shape;
  }

  ByteBuffer bytes() {
    return bytes;
  }

  long get(int offset) {
    return (long) WORD.getVolatile(bytes, offset);
  }

  void set(int offset, long value) {
    WORD.setVolatile(bytes, offset, value);
  }

  void setRelease(int offset, long value) {
    WORD.setRelease(bytes, offset, value);
  }

  boolean replace(int offset, long before, long after) {
    return WORD.compareAndSet(bytes, offset, before, after);
  }
}
