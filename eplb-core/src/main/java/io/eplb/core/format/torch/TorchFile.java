package io.eplb.core.format.torch;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.Content;
import io.eplb.core.format.InputSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file of {@code torch.save}: a tree of values with tensors. Used by one thread,
 * within {@link #read}.
 */
public final class TorchFile {
  private final InputSource source;
  private final Object root;
  private final StorageBytes storages;

  /** The bytes of storages and the bytes of elements that may still be read: all of them once. */
  private long unread;

  private @Nullable TorchStorage latest;
  private @Nullable ByteBuffer latestBytes;

  private TorchFile(InputSource source, Object root, StorageBytes storages) {
    this.source = source;
    this.root = root;
    this.storages = storages;
    this.unread = 2 * source.size();
  }

  /**
   * Returns whether an input looks like a file of {@code torch.save}.
   *
   * @throws InvalidInputException if it cannot be read
   */
  public static boolean recognises(InputSource source) {
    return switch (source.content()) {
      case ZIP -> source.mentions(TorchArchive.PICKLE);
      case BINARY -> LegacyTorchFile.recognises(source.bytes());
      default -> false;
    };
  }

  /** A reader of the content. */
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads; the file is closed afterwards. */
    T from(TorchFile file);
  }

  /**
   * Opens a file and reads from it.
   *
   * @throws InvalidInputException if it cannot be read, is no file of {@code torch.save}, or names
   *     anything but lists, dictionaries, numbers, texts and tensors
   */
  public static <T> T read(InputSource source, Reading<T> reading) {
    try {
      if (source.content() == Content.ZIP) {
        return TorchArchive.read(
            source, (root, storages) -> reading.from(new TorchFile(source, root, storages)));
      }
      LegacyTorchFile legacy = LegacyTorchFile.read(source.bytes());
      return reading.from(new TorchFile(source, legacy.root(), legacy));
    } catch (MalformedPickleException malformed) {
      throw source.fault(String.valueOf(malformed.getMessage()), malformed);
    } catch (IOException truncated) {
      throw source.fault(
          "is no readable file of torch.save: it is truncated or damaged", truncated);
    } catch (OutOfMemoryError error) {
      throw source.tooLarge(error);
    }
  }

  /**
   * Returns the content as a dictionary.
   *
   * @throws InvalidInputException if it is something else
   */
  public Map<?, ?> dictionary() {
    if (root instanceof Map<?, ?> dictionary) {
      return dictionary;
    }
    throw source.fault("holds %s; expected a dictionary".formatted(kind(root)));
  }

  /** Returns the kind of a value as words for a message. */
  public static String kind(@Nullable Object value) {
    if (value instanceof TorchTensor tensor) {
      return "a tensor of " + tensor.shapeText();
    }
    if (value instanceof Map) {
      return "a dictionary";
    }
    if (value instanceof List) {
      return "a list";
    }
    if (value instanceof Number || value instanceof Boolean || value == PickleReader.NONE) {
      return String.valueOf(value);
    }
    if (value instanceof String text) {
      return OneLine.quote(text);
    }
    return value == null ? "nothing" : "another object";
  }

  /**
   * Returns the elements of a tensor in row-major order. Memory is taken only for what the file
   * really holds: a pickle may name one storage by a few bytes as often as it likes, and so all
   * tensors that are read may have as many elements as the file, and no more.
   *
   * @param what the tensor's place, for messages
   * @param whole whether its elements must be integers
   * @throws InvalidInputException if its storage is missing or damaged, or its elements are of
   *     another kind
   */
  public double[] numbers(String what, TorchTensor tensor, boolean whole) {
    TorchStorage storage = tensor.storage();
    StorageType type = storage.type();
    if (whole && type.real) {
      throw source.fault(what + " has elements of " + type.className + "; expected integers");
    }
    ByteBuffer bytes = bytes(storage);
    take(tensor.elements() * type.bytes);
    double[] numbers = new double[(int) tensor.elements()];
    int dimensions = tensor.dimensions();
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    long[] strides = tensor.strides().stream().mapToLong(Long::longValue).toArray();
    long[] at = new long[dimensions];
    long element = tensor.offset();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = type.element(bytes, element);
      for (int dimension = dimensions - 1; dimension >= 0; dimension--) {
        element += strides[dimension];
        at[dimension]++;
        if (at[dimension] < shape[dimension]) {
          break;
        }
        element -= at[dimension] * strides[dimension];
        at[dimension] = 0;
      }
    }
    return numbers;
  }

  private void take(long bytes) {
    unread -= bytes;
    if (unread < 0) {
      throw source.fault(
          "names a storage again and again, and would be read for more than it holds: it is damaged");
    }
  }

  private ByteBuffer bytes(TorchStorage storage) {
    ByteBuffer bytes = latestBytes;
    if (bytes != null && storage.equals(latest)) {
      return bytes;
    }
    take(storage.elements() * storage.type().bytes);
    try {
      bytes = storages.of(storage);
    } catch (MalformedPickleException malformed) {
      throw source.fault(String.valueOf(malformed.getMessage()), malformed);
    } catch (IOException truncated) {
      throw source.fault(
          "has a storage that cannot be read: it is truncated or damaged", truncated);
    }
    latest = storage;
    latestBytes = bytes;
    return bytes;
  }

  /** Returns the error for a fault in the content. */
  public InvalidInputException fault(String what) {
    return source.fault(what);
  }
}
