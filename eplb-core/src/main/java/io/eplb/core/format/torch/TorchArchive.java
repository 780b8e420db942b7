package io.eplb.core.format.torch;

import io.eplb.api.wording.OneLine;
import io.eplb.core.format.ArchiveFile;
import io.eplb.core.format.InputSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A zip archive of {@code torch.save}: {@code NAME/data.pkl} is the object, {@code NAME/data/KEY}
 * are the storages, {@code NAME/byteorder} says their byte order, little if it is not there.
 */
final class TorchArchive implements StorageBytes {
  static final String PICKLE = "/data.pkl";
  private static final int LONGEST_BYTE_ORDER = 16;

  private final ZipFile archive;
  private final String folder;
  private final ByteOrder order;

  private TorchArchive(ZipFile archive, String folder, ByteOrder order) {
    this.archive = archive;
    this.folder = folder;
    this.order = order;
  }

  /** A reader of the object and its storages. */
  interface Reading<T> {
    T from(Object root, StorageBytes storages);
  }

  static <T> T read(InputSource source, Reading<T> reading) throws IOException {
    return source.asFile(".pt", file -> read(file, reading));
  }

  private static <T> T read(Path path, Reading<T> reading) throws IOException {
    try (ZipFile archive = ArchiveFile.open(path)) {
      List<String> pickles =
          archive.stream().map(ZipEntry::getName).filter(name -> name.endsWith(PICKLE)).toList();
      if (pickles.size() != 1) {
        throw new MalformedPickleException(
            "is a ZIP archive without data.pkl; expected a file of torch.save");
      }
      ZipEntry pickle = archive.getEntry(pickles.get(0));
      if (pickle.getMethod() != ZipEntry.STORED) {
        throw new MalformedPickleException(
            "has a compressed data.pkl, which torch.save never writes");
      }
      String folder = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
      TorchArchive torch = new TorchArchive(archive, folder, order(archive, folder));
      Object root;
      try (InputStream input = new BufferedInputStream(archive.getInputStream(pickle))) {
        root = PickleReader.read(input, new TensorBuilder());
      }
      return reading.from(root, torch);
    } catch (IllegalArgumentException damaged) {
      throw new IOException(damaged);
    }
  }

  private static ByteOrder order(ZipFile archive, String folder) throws IOException {
    ZipEntry entry = archive.getEntry(folder + "/byteorder");
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    try (InputStream input = archive.getInputStream(entry)) {
      String order =
          new String(input.readNBytes(LONGEST_BYTE_ORDER), StandardCharsets.ISO_8859_1).strip();
      return switch (order) {
        case "little" -> ByteOrder.LITTLE_ENDIAN;
        case "big" -> ByteOrder.BIG_ENDIAN;
        default ->
            throw new MalformedPickleException(
                "is damaged: its byteorder is neither little nor big");
      };
    }
  }

  @Override
  public ByteBuffer of(TorchStorage storage) throws IOException {
    ZipEntry entry = archive.getEntry(folder + "/data/" + storage.key());
    long bytes = storage.elements() * storage.type().bytes;
    if (entry == null
        || entry.getMethod() != ZipEntry.STORED
        || entry.getSize() < bytes
        || entry.getCompressedSize() != entry.getSize()) {
      throw new MalformedPickleException(
          "has no storage %s of %s elements: it is damaged"
              .formatted(OneLine.quote(storage.key()), storage.elements()));
    }
    try (InputStream input = archive.getInputStream(entry)) {
      byte[] read = input.readNBytes((int) bytes);
      if (read.length < bytes) {
        throw new MalformedPickleException("ends within a storage: it is truncated");
      }
      return ByteBuffer.wrap(read).order(order);
    }
  }
}
