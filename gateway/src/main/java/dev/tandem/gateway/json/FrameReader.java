package dev.tandem.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Bytes to frames; what is none is counted. What a client may make us hold in memory is bounded
 * while it is parsed: depth, number of tokens, length of names, numbers and texts; a name that
 * comes twice is refused, since two readers would take different ones. Thread-safe.
 */
final class FrameReader {
  static final int MAX_DEPTH = 16;
  static final int MAX_TOKENS = 4000;
  static final int MAX_NAME = 64;
  static final int MAX_NUMBER = 24;

  /** How many frames may come in one array. */
  static final int MAX_FRAMES = 32;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxNameLength(MAX_NAME)
                          .maxNumberLength(MAX_NUMBER)
                          .maxStringLength(64 * 1024)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Consumer<BadFrame> counter;

  /**
   * Makes one.
   *
   * @param counter hears of everything that was not read
   */
  FrameReader(Consumer<BadFrame> counter) {
    this.counter = counter;
  }

  /**
   * Reads one frame. A frame whose fields are all in {@code data}, as tutorials write it, is read
   * as if they stood beside its type.
   *
   * @throws Refusal {@code bad_json} when it is no JSON object within the bounds
   */
  ObjectNode frame(byte[] bytes) {
    return Frames.flat(object(bytes));
  }

  /**
   * Reads one frame or an array of them.
   *
   * @throws Refusal {@code bad_json} when it is neither, within the bounds
   */
  List<ObjectNode> frames(byte[] bytes) {
    JsonNode read = json(bytes);
    List<ObjectNode> frames = new ArrayList<>();
    if (read instanceof ObjectNode frame) {
      frames.add(Frames.flat(frame));
    } else if (read.isArray() && read.size() <= MAX_FRAMES) {
      for (JsonNode each : read) {
        if (!(each instanceof ObjectNode frame)) {
          throw bad(BadFrame.NO_FRAME, "a frame is a JSON object");
        }
        frames.add(Frames.flat(frame));
      }
    } else {
      throw bad(BadFrame.NO_FRAME, "neither a frame nor an array of up to " + MAX_FRAMES);
    }
    return frames;
  }

  /**
   * Reads an object of any kind.
   *
   * @throws Refusal {@code bad_json} when it is no JSON object within the bounds
   */
  ObjectNode object(byte[] bytes) {
    if (json(bytes) instanceof ObjectNode object) {
      return object;
    }
    throw bad(BadFrame.NO_FRAME, "a frame is a JSON object");
  }

  /** Counts one that is not even looked at, and makes what its sender is told. */
  Refusal tooBig(int most) {
    counter.accept(BadFrame.TOO_BIG);
    return Refusal.of(ErrorCode.TOO_BIG, "a frame has at most " + most + " bytes");
  }

  private JsonNode json(byte[] bytes) {
    for (byte b : bytes) {
      if (b == 0) { // then Jackson would take them for UTF-16 or UTF-32 (RFC 8259 §8.1 has UTF-8)
        throw bad(BadFrame.SYNTAX, "no JSON: a NUL");
      }
    }
    try {
      return MAPPER.readTree(bytes);
    } catch (StreamConstraintsException e) {
      throw bad(BadFrame.LIMIT, "no JSON within the bounds: " + shortened(e));
    } catch (JsonProcessingException e) {
      throw bad(BadFrame.SYNTAX, "no JSON within the bounds: " + shortened(e));
    } catch (IOException e) {
      throw bad(BadFrame.SYNTAX, "no text in UTF-8");
    }
  }

  private Refusal bad(BadFrame why, String text) {
    counter.accept(why);
    return Refusal.of(ErrorCode.BAD_JSON, text);
  }

  /** What is wrong, without what was written. */
  private static String shortened(JsonProcessingException e) {
    String text = String.valueOf(e.getOriginalMessage());
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    return line.length() > 120 ? line.substring(0, 120) : line;
  }
}
