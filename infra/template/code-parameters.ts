/** The parameters for the location of the functions' zips. */
export const codeParameters = {
  CodeBucket: {
    Type: 'String',
    Description: 'The bucket with the zips that gantry package made, in the Region of the stack',
    MinLength: 3,
  },
  CodePrefix: {
    Type: 'String',
    Description: 'What the keys of the zips begin with, such as gantry/',
    Default: '',
    AllowedPattern: '(.*/)?',
    ConstraintDescription: 'is empty or ends with /',
  },
};
