/** The mean colour of ImageNet's photos and its standard deviation, red, green, blue, from 0 to 1, as torchvision has them. */
export const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;
