import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.codehaus.jackson.JsonNode;
import org.codehaus.jackson.map.ObjectMapper;

/**
 * Asks Apache Avro for Java whether readers read what writers write.
 *
 * <p>Each line of the input is a JSON object with the texts of a "reader" and a "writer" schema. Each line of the output
 * is one with what SchemaCompatibility says, "compatible"; or "error", where a text is no schema to it or the check
 * throws. Debian's version knows no list of incompatibilities.
 */
public class Compare {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode pair = json.readTree(line);
      Map<String, Object> answer = new HashMap<>();
      try {
        answer.put("compatible", reads(pair.get("reader").asText(), pair.get("writer").asText()));
      } catch (Exception e) {
        answer.put("error", e.getClass().getSimpleName() + ": " + e.getMessage());
      }
      out.println(json.writeValueAsString(answer));
    }
  }

  private static boolean reads(String reader, String writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(
                new Schema.Parser().parse(reader), new Schema.Parser().parse(writer))
            .getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }
}
