// The comparison as a page to read.

const tolerance = 1e-4;
const quantities = {
  logits: "Logits",
  gradient: "Gradient",
  guided: "Guided",
  deconvnet: "Deconvnet",
  "grad-cam": "Grad-CAM",
};

export const passed = ({ problem, differences }) =>
  problem === undefined && Object.values(differences).every((off) => off <= tolerance);

const exporters = { torchscript: "TorchScript", dynamo: "Dynamo", tf2onnx: "tf2onnx" };

export function tableOf(rows) {
  const head = ["Network", "From", "Exporter", "Opset", "Nodes", ...Object.values(quantities), ""];
  return [head, head.map(() => "---"), ...rows.map(cells)].map((row) => `| ${row.join(" | ")} |`);
}

function cells(row) {
  const { name, source = "", exporter, opset = "", nodes = "", differences = {}, problem } = row;
  const numbers = Object.keys(quantities).map((key) => (key in differences ? differences[key].toExponential(1) : ""));
  const verdict = problem ?? (passed(row) ? "agrees" : "**off**");
  return [name, source, exporters[exporter] ?? "", opset, nodes, ...numbers, verdict];
}

export const page = (rows, versions) => `# Whole networks, compared with PyTorch and TensorFlow

Written by \`npm run conformance\`. ${rows.filter(passed).length} of ${rows.length} networks agree.

Each was exported with random weights and settled batch normalisation, and asked about one input. The numbers are the greatest
difference between Glassbox's answer and the framework's, as a share of the largest number in it; up to ${tolerance} agrees. Logits are the
scores before any softmax; the gradient is that of the highest logit to the pixels; guided backpropagation and deconvnet are
compared where every activation is a ReLU, Grad-CAM where the network ends in global average pooling.

The frameworks computed in double precision, Glassbox in single. A deep network has inputs on which a rectifier is so near its
kink, or a maximum so nearly shared, that rounding decides where the gradient goes; inputs were drawn until the framework's
own gradient did not change when its layers were disturbed as much as rounding disturbs them.

${Object.entries(versions)
  .map(([name, version]) => `${name} ${version}`)
  .join(", ")}.

${tableOf(rows).join("\n")}
`;
